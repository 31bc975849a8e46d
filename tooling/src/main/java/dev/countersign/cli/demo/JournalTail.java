package dev.countersign.cli.demo;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.RecordedEvent;
import dev.countersign.audit.journal.JournalReader;
import dev.countersign.rules.fact.CommandFacts;
import dev.countersign.rules.fact.KubeRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Follows the journal of the demo, one session of the agent at a time. */
final class JournalTail implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final JournalReader reader;

  JournalTail(Path journal) {
    reader = JournalReader.open(journal, 1);
  }

  /** Everything up to the end of the next session. */
  List<RecordedEvent> nextSession() throws InterruptedException {
    List<RecordedEvent> events = new ArrayList<>();
    while (true) {
      Optional<RecordedEvent> next = reader.poll(PATIENCE);
      if (next.isEmpty()) {
        return events;
      }
      events.add(next.get());
      if (next.get().event() instanceof Event.SessionClosed
          || next.get().event() instanceof Event.SessionRefused) {
        return events;
      }
    }
  }

  /**
   * The next decision about a request to a cluster for which the condition holds; not about what
   * the gateway itself asks before it decides.
   */
  Optional<Event.CommandDecided> nextRequest(Predicate<KubeRequest> condition)
      throws InterruptedException {
    while (true) {
      Optional<RecordedEvent> next = reader.poll(PATIENCE);
      if (next.isEmpty()) {
        return Optional.empty();
      }
      if (next.get().event() instanceof Event.CommandDecided decided
          && decided.facts() instanceof CommandFacts.Kubernetes(KubeRequest request)
          && !request.dryRun()
          && condition.test(request)) {
        return Optional.of(decided);
      }
    }
  }

  @Override
  public void close() {
    reader.close();
  }
}

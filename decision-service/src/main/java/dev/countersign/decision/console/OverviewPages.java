package dev.countersign.decision.console;

import dev.countersign.audit.event.RecordedEvent;
import dev.countersign.decision.http.AccessApi;
import dev.countersign.rules.fact.Subject;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The first page: the last day for auditors and officers; for others what waits for them. What is
 * counted is kept for some seconds, for all readers.
 */
final class OverviewPages {

  private static final Duration FRESH = Duration.ofSeconds(15);

  /** What was counted, and when. */
  private record Counted(Instant at, List<RecordedEvent> commands, Map<String, String> subjects) {}

  private final AccessApi access;
  private final Recordings recordings;
  private final Readers readers;
  private final Health health;
  private final ApprovalPages approvals;
  private final Remembered<Counted> counted = new Remembered<>(FRESH, this::counted);

  OverviewPages(ConsoleParts parts, ApprovalPages approvals) {
    this.access = parts.access();
    this.recordings = parts.recordings();
    this.readers = parts.readers();
    this.health = parts.health();
    this.approvals = approvals;
  }

  Answer show(Visit visit) throws IOException {
    Subject viewer = visit.subject();
    if (!readers.mayReadAll(viewer)) {
      return new Answer.Elsewhere(Section.APPROVALS.path());
    }
    Counted now = counted.get();
    Overview overview =
        Overview.of(
            now.commands(),
            now.subjects(),
            now.at(),
            new Overview.Standing(
                approvals.waiting(),
                approvals.waitingFor(viewer),
                access.sessions().list().stream()
                    .filter(session -> access.maySee(viewer, session.subject()))
                    .count(),
                Optional.of(health.now())));
    return Answer.Page.of(Section.OVERVIEW, "Overview", "overview", overview);
  }

  private Counted counted(Instant now) throws IOException {
    Instant since = now.minus(Duration.ofDays(1));
    Map<String, String> subjects = new HashMap<>();
    for (Recordings.Summary session :
        recordings.sessions(new Recordings.Search("", Optional.of(since), 1_000))) {
      subjects.put(session.opened().session().value(), session.opened().subject().name());
    }
    return new Counted(now, recordings.commands(since, Overview.MOST), subjects);
  }
}

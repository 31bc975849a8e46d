package dev.countersign.cli.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.evidence.Monitoring;
import dev.countersign.audit.journal.JournalConfig;
import dev.countersign.audit.journal.SegmentedJournal;
import dev.countersign.audit.journal.StoredJournal;
import dev.countersign.decision.emergency.Emergency;
import dev.countersign.rules.fact.Subject;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GatewayChecksTest {

  private static final Subject CAROL =
      new Subject(
          "https://i", "carol", "carol", Subject.Kind.HUMAN, Set.of("incident"), Optional.empty());

  @TempDir Path directory;

  private static Emergency over(String id) {
    Emergency.Word word = new Emergency.Word(CAROL, Instant.EPOCH, "orders is down");
    return new Emergency(
        id,
        Emergency.State.EXPIRED,
        List.of("orders"),
        Duration.ofHours(1),
        "orders is down",
        word,
        Instant.EPOCH,
        Optional.of(word),
        Optional.of(new Emergency.Ending(Optional.empty(), Instant.EPOCH, "")),
        Optional.empty());
  }

  @Test
  void gw48_anEmergencyThatNobodyReviewsInTimeFailsItsControlUntilSomebodyDoes() throws Exception {
    BlockingQueue<Event.ControlAssessed> told = new LinkedBlockingQueue<>();
    AtomicReference<Supplier<List<Emergency>>> overdue = new AtomicReference<>(List::of);
    try (SegmentedJournal journal = SegmentedJournal.open(JournalConfig.at(directory));
        Monitoring _ =
            Monitoring.start(
                StoredJournal.local(directory),
                journal,
                Duration.ofMillis(20),
                List.of(GatewayChecks.reviewed(() -> overdue.get().get())),
                told::add)) {
      overdue.set(() -> List.of(over("E-1")));
      assertThat(told.poll(30, TimeUnit.SECONDS))
          .isEqualTo(
              new Event.ControlAssessed(
                  "AU-6", false, "emergencies that nobody has reviewed in time: E-1 on [orders]"));

      overdue.set(List::of);
      assertThat(told.poll(30, TimeUnit.SECONDS))
          .isEqualTo(
              new Event.ControlAssessed("AU-6", true, "every emergency is reviewed in time"));
    }
    assertThat(told).isEmpty();
  }

  @Test
  void whileNobodyCanTellNothingHasChanged() {
    AtomicReference<Supplier<List<Emergency>>> overdue =
        new AtomicReference<>(() -> List.of(over("E-1")));
    var check = GatewayChecks.reviewed(() -> overdue.get().get()).trouble();
    assertThat(check.get()).isPresent();

    overdue.set(
        () -> {
          throw new IllegalStateException("the database is away");
        });

    assertThat(check.get()).isPresent();
  }
}

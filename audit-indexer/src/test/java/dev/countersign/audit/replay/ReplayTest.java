package dev.countersign.audit.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.RandomEvents;
import dev.countersign.audit.event.RecordedEvent;
import dev.countersign.audit.event.SessionId;
import dev.countersign.audit.index.SampleEvents;
import dev.countersign.rules.verdict.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ReplayTest {

  private static final Instant BEGIN = Instant.parse("2026-11-23T10:00:00Z");

  @Test
  void tellsASessionAsItWent() throws Exception {
    Replay replay =
        Replay.of(
            script(
                SampleEvents.opened("s-1"),
                SampleEvents.decided("s-1", 1, "SELECT *\nFROM customers", Verdict.APPROVE),
                SampleEvents.requested("s-1", 1),
                SampleEvents.answered("s-1", 1),
                SampleEvents.completed("s-1", 1),
                SampleEvents.closed("s-1", 1)));
    StringBuilder out = new StringBuilder();
    List<Duration> pauses = new ArrayList<>();

    replay.play(out, 2, Replay.LONGEST_PAUSE, pauses::add);

    assertThat(out)
        .hasToString(
            """
            10:00:00.000  session s-1: Agent Seven (for alice) on orders from 127.0.0.1:50123 with psql
            10:00:02.000  #1 APPROVE SQL-001 (production schema changes need a ticket)
                SELECT *
                FROM customers
                $1 = '17'
                $2 = NULL
            10:00:04.000  #1 waits for approval A-1 until 2026-11-23T12:00:00Z
            10:00:06.000  #1 approval A-1 APPROVED by Bob: looks right
            10:00:08.000  #1 SELECT 3, masked email, 1.3 ms
            10:00:10.000  session closed after 1 commands: client left
            """);
    assertThat(pauses).hasSize(5).allMatch(Duration.ofSeconds(1)::equals);
  }

  /** One of the two commits has no message on record: it is counted all the same. */
  @Test
  void tellsWhichCommitsWerePushed() throws Exception {
    StringBuilder out = new StringBuilder();

    Replay.of(script(SampleEvents.pushed("s-1", 1, Verdict.BLOCK)))
        .play(out, 2, Replay.LONGEST_PAUSE, pause -> {});

    assertThat(out)
        .contains(
            """
                force refs/heads/main, 2 new commits, 0 of them signed
                  * 9a7b00000000  a@example.com (committed by c@example.com)  Add deploy key
                  … and 1 more
                  added    deploy/key.pem  +28 -0
            """);
  }

  @Test
  void tellsWhoHasCancelledACommand() throws Exception {
    StringBuilder out = new StringBuilder();

    Replay.of(
            script(
                new Event.CommandCompleted(
                    new SessionId("s-1"),
                    1,
                    "cancelled by the client",
                    Optional.of("57014"),
                    0,
                    0,
                    List.of(),
                    900)))
        .play(out, 2, Replay.LONGEST_PAUSE, pause -> {});

    assertThat(out).contains("#1 failed with 57014, cancelled by the client, 0.9 ms");
  }

  @Test
  void shortensLongPauses() throws Exception {
    List<RecordedEvent> events =
        List.of(
            new RecordedEvent(1, 1, BEGIN, SampleEvents.opened("s")),
            new RecordedEvent(2, 2, BEGIN.plusSeconds(3_600), SampleEvents.closed("s", 0)));
    List<Duration> pauses = new ArrayList<>();

    Replay.of(events).play(new StringBuilder(), 1, Replay.LONGEST_PAUSE, pauses::add);

    assertThat(pauses).containsExactly(Duration.ofSeconds(5));
    assertThatThrownBy(
            () -> Replay.of(events).play(new StringBuilder(), 0, Replay.LONGEST_PAUSE, pauses::add))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void gw24_noRecordedTextReachesTheTerminalAsACommand() {
    RandomEvents random = new RandomEvents(24);
    for (int i = 0; i < 500; i++) {
      for (Replay.Line line : Replay.of(script(random.any())).lines()) {
        assertThat(line.text().codePoints().filter(c -> c != '\n' && c != '\t'))
            .noneMatch(Character::isISOControl);
      }
    }
  }

  private static List<RecordedEvent> script(Event... events) {
    List<RecordedEvent> script = new ArrayList<>();
    for (Event event : events) {
      script.add(
          new RecordedEvent(
              script.size() + 1, script.size() + 1, BEGIN.plusSeconds(2L * script.size()), event));
    }
    return script;
  }
}

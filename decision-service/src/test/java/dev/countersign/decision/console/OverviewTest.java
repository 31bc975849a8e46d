package dev.countersign.decision.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.RecordedEvent;
import dev.countersign.audit.event.SessionId;
import dev.countersign.rules.fact.CommandFacts;
import dev.countersign.rules.verdict.MatchedRow;
import dev.countersign.rules.verdict.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class OverviewTest {

  private static final Instant NOW = Instant.parse("2026-05-01T12:30:00Z");

  private static RecordedEvent judged(Duration ago, Verdict verdict, String rule, String sheet) {
    return new RecordedEvent(
        1,
        1,
        NOW.minus(ago),
        new Event.CommandDecided(
            new SessionId("s-1"),
            1,
            "SELECT 1",
            List.of(),
            new CommandFacts.Sql(List.of(), false),
            verdict,
            "v1",
            List.of(new MatchedRow(rule, sheet, 2, verdict, "SELECT", "because", "", List.of()))));
  }

  private static Overview of(RecordedEvent... commands) {
    return Overview.of(
        List.of(commands),
        Map.of("s-1", "agent-7"),
        NOW,
        new Overview.Standing(3, 1, 2, Optional.empty()));
  }

  @Test
  void anHourIsAColumnOfVerdicts() {
    Overview overview =
        of(
            judged(Duration.ofMinutes(5), Verdict.ALLOW, "SQL-1", "SQL"),
            judged(Duration.ofMinutes(6), Verdict.BLOCK, "SQL-2", "SQL"),
            judged(Duration.ofHours(3), Verdict.ALLOW, "SQL-1", "SQL"),
            judged(Duration.ofHours(30), Verdict.ALLOW, "SQL-1", "SQL"));

    assertThat(overview.columns()).hasSize(24);
    assertThat(overview.columns().getLast().label()).isEqualTo("12:00");
    assertThat(overview.columns().getLast().commands()).isEqualTo(2);
    assertThat(overview.columns().get(20).commands()).isEqualTo(1);
    assertThat(overview.most()).isEqualTo(2);
    assertThat(overview.rules().getFirst().label()).isEqualTo("SQL-1");
    assertThat(overview.blocked())
        .extracting(Overview.Bar::label, Overview.Bar::commands)
        .containsExactly(org.assertj.core.groups.Tuple.tuple("agent-7", 1L));
  }

  @Test
  void whatAPackOrTheSheetRiskSpeaksOfIsUnusual() {
    Overview overview =
        of(
            judged(Duration.ofMinutes(5), Verdict.ALLOW, "SQL-1", "SQL"),
            judged(Duration.ofMinutes(6), Verdict.APPROVE, "RSK-1", "Risk"),
            judged(Duration.ofMinutes(7), Verdict.BLOCK, "anomaly.first-table", "pack anomalies"));

    assertThat(overview.anomalies())
        .extracting(Overview.Anomaly::rule)
        .containsExactly("RSK-1", "anomaly.first-table");
  }
}

package dev.countersign.rules.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.SqlAccess;
import dev.countersign.rules.fact.SqlStatement;
import dev.countersign.rules.fact.SqlVerb;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.verdict.Decision;
import dev.countersign.rules.verdict.Verdict;
import dev.countersign.rules.workbook.AccessRow;
import dev.countersign.rules.workbook.Condition;
import dev.countersign.rules.workbook.Hours;
import dev.countersign.rules.workbook.Particulars;
import dev.countersign.rules.workbook.RiskFactor;
import dev.countersign.rules.workbook.RiskRow;
import dev.countersign.rules.workbook.Ruling;
import dev.countersign.rules.workbook.Scope;
import dev.countersign.rules.workbook.SqlRow;
import dev.countersign.rules.workbook.Workbook;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What rows of the sheets Access and Risk mean. */
class AccessAndRiskTest {

  private static final Scope ANYBODY = new Scope(List.of("*"), "*", "*");
  private static final Subject AGENT =
      new Subject("i", "a", "a", Subject.Kind.AGENT, Set.of("dev"), Optional.empty());
  private static final Resource ORDERS =
      new Resource("orders", Resource.Kind.POSTGRES, Map.of("environment", "production"));
  private static final Hours AT_WORK =
      new Hours(Set.of(DayOfWeek.MONDAY), LocalTime.of(8, 0), LocalTime.of(18, 0));
  private static final Ruling ASK = new Ruling.Approve(List.of("owners"), Duration.ofMinutes(15));

  /** A Monday. */
  private Instant now = Instant.parse("2026-11-23T12:00:00Z");

  private final List<AccessRow> access = new ArrayList<>();
  private final List<RiskRow> risk = new ArrayList<>();

  private void access(String group, int hours, Hours at, Ruling ruling) {
    access.add(
        new AccessRow(
            Particulars.of(access.size() + 2, "ACC-" + access.size(), "why", "", List.of()),
            new Scope(List.of(group), "*", "*"),
            Duration.ofHours(hours),
            at,
            ruling));
  }

  private void risk(int points, RiskRow.Part part) {
    risk.add(
        new RiskRow(
            Particulars.of(risk.size() + 2, "RSK-" + risk.size(), "risky", "", List.of()),
            ANYBODY,
            points,
            part));
  }

  private PolicyVersion policy(SqlRow... sql) {
    return new WorkbookPolicy(
        new Workbook(
            Map.of(),
            List.of(sql),
            List.of(),
            List.of(),
            List.of(),
            access,
            risk,
            Map.of(),
            List.of()),
        () -> now);
  }

  private Decision grant(int hours) {
    return policy().access(AGENT, ORDERS, Duration.ofHours(hours));
  }

  @Test
  void aRowGrantsUpToItsLongestTime() {
    access("dev", 4, Hours.ALWAYS, Ruling.ALLOW);
    access("dev", 8, Hours.ALWAYS, ASK);

    assertThat(grant(8).verdict()).isEqualTo(Verdict.APPROVE);
    assertThat(grant(9).verdict()).isEqualTo(Verdict.BLOCK);
    assertThat(grant(9).why().deciding().hint()).isEqualTo("Ask for at most 8 h.");
  }

  @Test
  void theStrictestRowThatWouldGrantWins() {
    access("*", 4, Hours.ALWAYS, Ruling.ALLOW);
    access("dev", 720, Hours.ALWAYS, Ruling.BLOCK);

    assertThat(grant(1).verdict()).isEqualTo(Verdict.BLOCK);
  }

  @Test
  void aRowCountsInItsHoursOnly() {
    access("dev", 4, AT_WORK, Ruling.ALLOW);
    for (String time : List.of("2026-11-23T08:00:00Z", "2026-11-23T17:59:59Z")) {
      now = Instant.parse(time);
      assertThat(grant(4).verdict()).isEqualTo(Verdict.ALLOW);
    }
    for (String time :
        List.of("2026-11-23T07:59:59Z", "2026-11-23T18:00:00Z", "2026-11-24T12:00:00Z")) {
      now = Instant.parse(time);
      assertThat(grant(4).verdict()).isEqualTo(Verdict.BLOCK);
    }
  }

  @Test
  void pointsAddUpAndStepTheVerdictUp() {
    risk(10, new RiskRow.Factor(RiskFactor.AGENT));
    risk(20, new RiskRow.Factor(RiskFactor.CHANGE));
    risk(30, new RiskRow.Factor(RiskFactor.OFF_HOURS));
    risk(30, new RiskRow.Threshold(ASK));
    risk(60, new RiskRow.Threshold(Ruling.BLOCK));

    assertThat(run(SqlVerb.SELECT).verdict()).isEqualTo(Verdict.ALLOW);
    Decision held = run(SqlVerb.INSERT);
    assertThat(held.verdict()).isEqualTo(Verdict.APPROVE);
    assertThat(held.why().deciding().part()).isEqualTo("risk 30: RSK-0 10 + RSK-1 20");
    now = Instant.parse("2026-11-23T19:00:00Z");
    assertThat(run(SqlVerb.INSERT).why().deciding().rule()).isEqualTo("RSK-4");
  }

  @Test
  void riskNeverMakesAVerdictMilder() {
    risk(1, new RiskRow.Factor(RiskFactor.ANY_COMMAND));
    risk(1, new RiskRow.Threshold(ASK));

    Decision blocked = policy().decide(AGENT, ORDERS, statement(SqlVerb.SELECT));

    assertThat(blocked.verdict()).isEqualTo(Verdict.BLOCK);
  }

  private Decision run(SqlVerb verb) {
    return policy(
            new SqlRow(
                Particulars.of(2, "SQL-1", "all is fine", "", List.of()),
                ANYBODY,
                List.of("*"),
                "*",
                Condition.ALWAYS,
                Ruling.ALLOW))
        .decide(AGENT, ORDERS, statement(verb));
  }

  private static SqlStatement statement(SqlVerb verb) {
    return new SqlStatement(
        List.of(new SqlAccess(verb, "public.orders", Set.of(), true)), Set.of(), false);
  }
}

package dev.countersign.rules.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.SqlAccess;
import dev.countersign.rules.fact.SqlStatement;
import dev.countersign.rules.fact.SqlVerb;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.verdict.Decision;
import dev.countersign.rules.verdict.MaskRule;
import dev.countersign.rules.verdict.Masker;
import dev.countersign.rules.verdict.MatchedRow;
import dev.countersign.rules.verdict.Verdict;
import dev.countersign.rules.workbook.Condition;
import dev.countersign.rules.workbook.MaskingRow;
import dev.countersign.rules.workbook.Mode;
import dev.countersign.rules.workbook.Particulars;
import dev.countersign.rules.workbook.RuleRow;
import dev.countersign.rules.workbook.Ruling;
import dev.countersign.rules.workbook.Scope;
import dev.countersign.rules.workbook.SqlRow;
import dev.countersign.rules.workbook.Treatment;
import dev.countersign.rules.workbook.Validity;
import dev.countersign.rules.workbook.Workbook;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Rows that begin and end, rows that are only observed, exemptions and seals. */
class RowsInTimeTest {

  private static final Resource ORDERS =
      new Resource("orders", Resource.Kind.POSTGRES, Map.of("environment", "production"));
  private static final String CUSTOMERS = "public.customers";
  private static final Scope ANYBODY = new Scope(List.of("*"), "*", "*");

  private Instant now = Instant.parse("2026-05-01T12:00:00Z");

  private static Particulars row(int number, Optional<LocalDate> until, Mode mode) {
    Validity validity = new Validity(Optional.of(LocalDate.of(2026, 5, 1)), until);
    return new Particulars(number, "R-" + number, "", "because", "", List.of(), "", validity, mode);
  }

  private static SqlRow sql(Particulars row, Ruling ruling) {
    return new SqlRow(row, ANYBODY, List.of("SELECT"), "*", Condition.ALWAYS, ruling);
  }

  private static MaskingRow masking(int number, String group, String object, Treatment treatment) {
    return new MaskingRow(
        row(number, Optional.of(LocalDate.of(2026, 5, 3)), Mode.ENFORCE),
        new Scope(List.of(group), "*", "*"),
        object,
        "email",
        treatment);
  }

  private WorkbookPolicy policy(RuleRow... rows) {
    List<SqlRow> sql = new ArrayList<>();
    List<MaskingRow> masking = new ArrayList<>();
    for (RuleRow row : rows) {
      if (row instanceof SqlRow one) {
        sql.add(one);
      } else if (row instanceof MaskingRow one) {
        masking.add(one);
      }
    }
    return new WorkbookPolicy(new Workbook(Map.of(), sql, masking, Map.of(), List.of()), () -> now);
  }

  private static Decision read(PolicyVersion policy, String group, String... columns) {
    return policy.decide(
        subject(group),
        ORDERS,
        new SqlStatement(
            List.of(new SqlAccess(SqlVerb.SELECT, CUSTOMERS, Set.of(columns), true)),
            Set.of(),
            false));
  }

  private static Subject subject(String group) {
    return new Subject("i", "a", "a", Subject.Kind.AGENT, Set.of(group), Optional.empty());
  }

  @Test
  void aRowCountsFromItsFirstDayToItsLastInUtc() {
    PolicyVersion policy =
        policy(sql(row(2, Optional.of(LocalDate.of(2026, 5, 3)), Mode.ENFORCE), Ruling.ALLOW));

    for (String day : List.of("2026-04-30T23:59:59.999Z", "2026-05-04T00:00:00Z")) {
      now = Instant.parse(day);
      assertThat(read(policy, "g").why().deciding().rule()).isEqualTo(WorkbookPolicy.DEFAULT_RULE);
    }
    for (String day : List.of("2026-05-01T00:00:00Z", "2026-05-03T23:59:59.999Z")) {
      now = Instant.parse(day);
      assertThat(read(policy, "g").verdict()).isEqualTo(Verdict.ALLOW);
    }
  }

  @Test
  void anObservedRowTellsWhatItWouldHaveDoneAndDoesNothing() {
    PolicyVersion policy =
        policy(
            sql(row(2, Optional.empty(), Mode.ENFORCE), Ruling.ALLOW),
            sql(row(3, Optional.empty(), Mode.OBSERVE), Ruling.BLOCK));

    Decision decision = read(policy, "g");

    assertThat(decision.verdict()).isEqualTo(Verdict.ALLOW);
    assertThat(decision.why().rows()).extracting(MatchedRow::rule).containsExactly("R-2");
    assertThat(decision.why().observed())
        .extracting(MatchedRow::rule, MatchedRow::verdict)
        .containsExactly(tuple("R-3", Verdict.BLOCK));
  }

  @Test
  void whatOnlyAnObservedRowAllowsIsBlocked() {
    Decision decision =
        read(policy(sql(row(2, Optional.empty(), Mode.OBSERVE), Ruling.ALLOW)), "g");

    assertThat(decision.verdict()).isEqualTo(Verdict.BLOCK);
    assertThat(decision.why().observed()).hasSize(1);
  }

  @Test
  void anExemptionEndsWithItsLastDay() {
    PolicyVersion policy =
        policy(
            sql(row(2, Optional.empty(), Mode.ENFORCE), Ruling.ALLOW),
            new MaskingRow(
                row(3, Optional.empty(), Mode.ENFORCE),
                ANYBODY,
                "public.*",
                "e*",
                new Treatment.Hide(Masker.NULL, true)),
            masking(4, "fraud", CUSTOMERS, Treatment.CLEAR));

    Decision exempt = read(policy, "fraud", "email");
    assertThat(exempt.verdict()).isEqualTo(Verdict.ALLOW);
    assertThat(exempt.why().rows()).extracting(MatchedRow::rule).contains("R-4");
    assertThat(read(policy, "others", "email").verdict()).isEqualTo(Verdict.MASK);
    assertThat(read(policy, "fraud", "ethnicity").verdict()).isEqualTo(Verdict.MASK);
    MaskRule rule = policy.masks(subject("fraud"), ORDERS).rules().getFirst();
    assertThat(rule.sealed()).isTrue();
    assertThat(rule.hides(CUSTOMERS, "email")).isFalse();
    assertThat(rule.hides("public.suppliers", "email")).isTrue();

    now = Instant.parse("2026-05-04T00:00:00Z");
    assertThat(read(policy, "fraud", "email").verdict()).isEqualTo(Verdict.MASK);
  }

  @Test
  void aRuleOfWhichNothingIsLeftIsGone() {
    PolicyVersion policy =
        policy(
            masking(2, "*", CUSTOMERS, new Treatment.Hide(Masker.NULL, false)),
            masking(3, "fraud", "public.*", Treatment.CLEAR));

    assertThat(policy.masks(subject("fraud"), ORDERS).isEmpty()).isTrue();
    assertThat(policy.masks(subject("others"), ORDERS).rules()).hasSize(1);
  }

  @Test
  void theMostPeopleAnyRowAsksForAreDemanded() {
    Ruling two = new Ruling.Approve(List.of("dba"), 2, Duration.ofMinutes(30));
    Ruling one = new Ruling.Approve(List.of("security"), Duration.ofMinutes(5));
    PolicyVersion policy =
        policy(
            sql(row(2, Optional.empty(), Mode.ENFORCE), two),
            sql(row(3, Optional.empty(), Mode.ENFORCE), one));

    assertThat(read(policy, "g"))
        .isInstanceOfSatisfying(
            Decision.Approve.class,
            approve -> {
              assertThat(approve.demand().quorum()).isEqualTo(2);
              assertThat(approve.demand().expiry()).isEqualTo(Duration.ofMinutes(5));
            });
  }
}

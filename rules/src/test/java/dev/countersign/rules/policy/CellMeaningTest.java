package dev.countersign.rules.policy;

import static dev.countersign.rules.fact.SqlVerb.DELETE;
import static dev.countersign.rules.fact.SqlVerb.SELECT;
import static dev.countersign.rules.fact.SqlVerb.TRANSACTION;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.SqlAccess;
import dev.countersign.rules.fact.SqlStatement;
import dev.countersign.rules.fact.SqlVerb;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.verdict.Decision;
import dev.countersign.rules.verdict.Masker;
import dev.countersign.rules.verdict.MatchedRow;
import dev.countersign.rules.verdict.Verdict;
import dev.countersign.rules.workbook.Condition;
import dev.countersign.rules.workbook.Ruling;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What each kind of cell means for a decision. */
class CellMeaningTest {

  private static final String ORDERS = "public.orders";
  private static final String CUSTOMERS = "public.customers";

  @Test
  void anEmptyWorkbookBlocksEverything() {
    var policy = new Sheets().policy();

    for (SqlVerb verb : SqlVerb.values()) {
      assertThat(decide(policy, access(verb, ORDERS)).verdict()).isEqualTo(Verdict.BLOCK);
      assertThat(decide(policy, access(verb, "")).verdict()).isEqualTo(Verdict.BLOCK);
    }
  }

  @Test
  void theStrictestRowWinsWhereverItStandsAndAllAreNamed() {
    var policy =
        new Sheets()
            .allow("*", "*", "*")
            .block("*", "DELETE", ORDERS)
            .approve("DELETE", "public.*", Duration.ofMinutes(5), "dba")
            .policy();

    Decision decision = decide(policy, access(DELETE, ORDERS));

    assertThat(decision).isInstanceOf(Decision.Block.class);
    assertThat(decision.why().rows())
        .extracting(MatchedRow::rule)
        .containsExactly("SQL-002", "SQL-003", "SQL-001");
  }

  @Test
  void masksOnlyThoseTheRowIsAbout() {
    var policy =
        new Sheets()
            .list("masked", CUSTOMERS, "public.payments")
            .mask("contractors", "@masked", "email", Masker.NULL)
            .policy();

    assertThat(policy.masks(subject("ai-agents"), resource("production")).isEmpty()).isTrue();
    assertThat(policy.masks(subject("x", "contractors"), resource("production")).rules())
        .extracting(rule -> rule.relation().pattern())
        .containsExactly(CUSTOMERS, "public.payments");
  }

  @Test
  void conditionsLookAtTheWhereClauseAndAtOpacity() {
    var policy =
        new Sheets()
            .allow("*", "*", "*")
            .sql("*", "*", "DELETE", "*", Condition.WITHOUT_WHERE, Ruling.BLOCK)
            .sql("*", "*", "SELECT", "*", Condition.OPAQUE, Ruling.BLOCK)
            .policy();

    assertThat(decide(policy, new SqlAccess(DELETE, ORDERS, Set.of(), true)).verdict())
        .isEqualTo(Verdict.ALLOW);
    assertThat(decide(policy, new SqlAccess(DELETE, ORDERS, Set.of(), false)).verdict())
        .isEqualTo(Verdict.BLOCK);
    assertThat(decide(policy, access(SELECT, ORDERS)).verdict()).isEqualTo(Verdict.ALLOW);
    var opaque = new SqlStatement(List.of(access(SELECT, ORDERS)), Set.of(), true);
    assertThat(policy.decide(subject("ai-agents"), resource("production"), opaque).verdict())
        .isEqualTo(Verdict.BLOCK);
  }

  @Test
  void whatIsSaidOfATableIsSaidOfItsPartitions() {
    var policy =
        new Sheets()
            .allow("*", "*", "public.*")
            .block("*", "DELETE", ORDERS)
            .mask("*", ORDERS, "note", Masker.NULL)
            .policy();
    var onlyTheWhole = new Sheets().allow("*", "*", ORDERS).policy();
    var onlyThePart = new Sheets().allow("*", "*", "old.orders_1").policy();

    assertThat(decide(policy, part(DELETE, "public.orders_1")).verdict()).isEqualTo(Verdict.BLOCK);
    assertThat(decide(policy, part(SELECT, "public.orders_1")).verdict()).isEqualTo(Verdict.MASK);
    assertThat(decide(onlyTheWhole, part(SELECT, "old.orders_1")).verdict())
        .isEqualTo(Verdict.ALLOW);
    assertThat(decide(onlyThePart, part(SELECT, "old.orders_1")).verdict())
        .isEqualTo(Verdict.ALLOW);
  }

  /** An access to a partition of the orders. */
  private static SqlAccess part(SqlVerb verb, String object) {
    return new SqlAccess(verb, object, Set.of(ORDERS), Set.of("note"), true);
  }

  @Test
  void aHyphenIsAboutAccessesWithoutAnObjectAndAStarAboutAll() {
    var hyphen = new Sheets().allow("*", "TRANSACTION", "-").policy();
    var star = new Sheets().allow("*", "*", "*").policy();
    var schema = new Sheets().allow("*", "*", "public.*").policy();

    assertThat(decide(hyphen, access(TRANSACTION, "")).verdict()).isEqualTo(Verdict.ALLOW);
    assertThat(decide(hyphen, access(TRANSACTION, "-")).verdict()).isEqualTo(Verdict.BLOCK);
    assertThat(decide(star, access(TRANSACTION, "")).verdict()).isEqualTo(Verdict.ALLOW);
    assertThat(decide(schema, access(TRANSACTION, "")).verdict()).isEqualTo(Verdict.BLOCK);
  }

  @Test
  void environmentIsComparedWithTheResources() {
    var policy =
        new Sheets().sql("*", "staging", "*", "*", Condition.ALWAYS, Ruling.ALLOW).policy();
    var statement = statement(access(SELECT, ORDERS));

    assertThat(policy.decide(subject("x"), resource("staging"), statement).verdict())
        .isEqualTo(Verdict.ALLOW);
    assertThat(policy.decide(subject("x"), resource("Staging"), statement).verdict())
        .isEqualTo(Verdict.BLOCK);
    assertThat(policy.decide(subject("x"), resource(""), statement).verdict())
        .isEqualTo(Verdict.BLOCK);
  }

  @Test
  void theIdIsThatOfTheRowsAndOfNothingElse() {
    String id = new Sheets().list("g", "a", "b").allow("@g", "SELECT", ORDERS).policy().id();

    assertThat(id).matches("[0-9a-f]{64}");
    assertThat(
            new WorkbookPolicy(
                    new Sheets()
                        .list("g", "a", "b")
                        .allow("@g", "SELECT", ORDERS)
                        .test("a", "SELECT 1", Verdict.ALLOW, "")
                        .workbook(Map.of("Owner", "somebody else")))
                .id())
        .isEqualTo(id);
    assertThat(
            List.of(
                new Sheets().list("g", "a", "c").allow("@g", "SELECT", ORDERS).policy().id(),
                new Sheets().list("g", "a", "b").block("@g", "SELECT", ORDERS).policy().id(),
                new Sheets().list("g", "a", "b").allow("@g", "UPDATE", ORDERS).policy().id(),
                new Sheets().list("g", "a", "b").allow("@g", "SELECT", "public.o*").policy().id(),
                new Sheets()
                    .list("g", "a", "b")
                    .allow("@g", "SELECT", ORDERS)
                    .mask("*", ORDERS, "id", Masker.NULL)
                    .policy()
                    .id()))
        .doesNotHaveDuplicates()
        .doesNotContain(id);
  }

  @Test
  void whatTheWorkbookBlocksIsNamedBeforeWhatItDoesNotMention() {
    var policy = new Sheets().block("*", "DROP", "*").policy();

    Decision decision = decide(policy, access(SELECT, ORDERS), access(SqlVerb.DROP, ORDERS));

    assertThat(decision.why().rows())
        .extracting(MatchedRow::rule)
        .containsExactly("SQL-001", WorkbookPolicy.DEFAULT_RULE);
  }

  private static Decision decide(PolicyVersion policy, SqlAccess... accesses) {
    return policy.decide(subject("ai-agents"), resource("production"), statement(accesses));
  }

  private static SqlStatement statement(SqlAccess... accesses) {
    return new SqlStatement(List.of(accesses), Set.of(), false);
  }

  private static SqlAccess access(SqlVerb verb, String object) {
    return new SqlAccess(verb, object, Set.of(), false);
  }

  private static Subject subject(String... groups) {
    return new Subject(
        "https://issuer.example",
        "agent-7",
        "agent-7",
        Subject.Kind.AGENT,
        Set.of(groups),
        Optional.of("alice"));
  }

  private static Resource resource(String environment) {
    return new Resource("orders", Resource.Kind.POSTGRES, Map.of("environment", environment));
  }
}

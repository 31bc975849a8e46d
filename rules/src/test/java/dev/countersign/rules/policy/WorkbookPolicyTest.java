package dev.countersign.rules.policy;

import static dev.countersign.rules.policy.Examples.SHOP;
import static dev.countersign.rules.policy.Examples.access;
import static dev.countersign.rules.policy.Examples.in;
import static dev.countersign.rules.policy.Examples.statement;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.rules.fact.SqlAccess;
import dev.countersign.rules.fact.SqlVerb;
import dev.countersign.rules.verdict.Decision;
import dev.countersign.rules.verdict.MatchedRow;
import dev.countersign.rules.verdict.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WorkbookPolicyTest {

  private final WorkbookPolicy policy =
      new WorkbookPolicy(Examples.workbook("reading", Verdict.ALLOW));

  private Decision decide(SqlAccess... accesses) {
    return policy.decide(in("agents"), SHOP, statement(accesses));
  }

  @Test
  void allowsWhatARowAllowsAndSaysWhichRow() {
    Decision decision = decide(access(SqlVerb.SELECT, "public.orders", "id"));

    assertThat(decision).isInstanceOf(Decision.Allow.class);
    assertThat(decision.why().policyVersion()).isEqualTo(policy.id());
    assertThat(decision.why().rows())
        .containsExactly(
            new MatchedRow(
                "R-2",
                "SQL",
                2,
                Verdict.ALLOW,
                "SELECT public.orders",
                "reading",
                "hint 2",
                List.of("AC-3")));
  }

  @Test
  void gw35_blocksWhatNoRowMatches() {
    Decision decision = decide(access(SqlVerb.DELETE, "public.orders"));

    assertThat(decision).isInstanceOf(Decision.Block.class);
    MatchedRow row = decision.why().deciding();
    assertThat(row.rule()).isEqualTo("DEFAULT");
    assertThat(row.sheet()).isEqualTo("built-in");
    assertThat(row.reason()).isEqualTo("no row allows DELETE on public.orders for agents");
  }

  @Test
  void blocksSubjectsOfOtherGroupsAndOfNone() {
    var read = statement(access(SqlVerb.SELECT, "public.orders"));

    assertThat(policy.decide(in("others"), SHOP, read).verdict()).isEqualTo(Verdict.BLOCK);
    assertThat(policy.decide(in(), SHOP, read).verdict()).isEqualTo(Verdict.BLOCK);
  }

  @Test
  void oneUnmatchedAccessBlocksTheStatement() {
    Decision decision =
        decide(access(SqlVerb.SELECT, "public.orders"), access(SqlVerb.SELECT, "secret.keys"));

    assertThat(decision.verdict()).isEqualTo(Verdict.BLOCK);
    assertThat(decision.why().rows())
        .extracting(MatchedRow::rule)
        .containsExactly("DEFAULT", "R-2");
  }

  @Test
  void masksReadsOfMaskedColumns() {
    for (String column : List.of("email", "e_mail", SqlAccess.ALL_COLUMNS)) {
      Decision decision = decide(access(SqlVerb.SELECT, "public.customers", column));
      assertThat(decision).as(column).isInstanceOf(Decision.Mask.class);
      assertThat(decision.why().deciding().sheet()).isEqualTo("Masking");
      assertThat(decision.masks()).isEqualTo(policy.masks(in("agents"), SHOP));
    }
    assertThat(decide(access(SqlVerb.SELECT, "public.customers", "name")).verdict())
        .isEqualTo(Verdict.ALLOW);
    assertThat(decide(access(SqlVerb.SELECT, "public.orders", "email")).verdict())
        .isEqualTo(Verdict.ALLOW);
  }

  @Test
  void anApprovalAddsUpAllRowsThatAskAndKeepsTheMasks() {
    Decision decision =
        decide(
            access(SqlVerb.UPDATE, "public.orders", "status"),
            access(SqlVerb.SELECT, "public.customers", "email"));

    assertThat(decision).isInstanceOf(Decision.Approve.class);
    Decision.Approve approve = (Decision.Approve) decision;
    assertThat(approve.demand().groups())
        .isEqualTo(Set.of(Set.of("dba"), Set.of("shop-owners", "officers")));
    assertThat(approve.demand().expiry()).isEqualTo(Duration.ofMinutes(5));
    assertThat(approve.masks().rules()).hasSize(1);
  }

  @Test
  void theStrictestWins() {
    assertThat(
            decide(
                    access(SqlVerb.SELECT, "public.customers", "email"),
                    access(SqlVerb.UPDATE, "public.orders"),
                    access(SqlVerb.DROP, "public.orders"))
                .why()
                .rows())
        .extracting(MatchedRow::verdict)
        .containsExactly(
            Verdict.BLOCK, Verdict.APPROVE, Verdict.APPROVE, Verdict.MASK, Verdict.ALLOW);
  }

  @Test
  void theIdIsOfTheContent() {
    assertThat(policy.id())
        .hasSize(64)
        .isEqualTo(new WorkbookPolicy(Examples.workbook("reading", Verdict.BLOCK)).id())
        .isNotEqualTo(new WorkbookPolicy(Examples.workbook("looking", Verdict.ALLOW)).id());
  }
}

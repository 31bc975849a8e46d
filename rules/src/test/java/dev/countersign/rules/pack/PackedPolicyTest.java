package dev.countersign.rules.pack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.rules.fact.SqlStatement;
import dev.countersign.rules.fact.SqlVerb;
import dev.countersign.rules.policy.PolicyRefusedException;
import dev.countersign.rules.verdict.ApprovalDemand;
import dev.countersign.rules.verdict.Decision;
import dev.countersign.rules.verdict.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PackedPolicyTest {

  private static final SqlStatement READ = World.statement(SqlVerb.SELECT, "public.a", true);
  private static final SqlStatement WRITE = World.statement(SqlVerb.DELETE, "public.a", true);

  private static final String RULES =
      """
      rule "writes wait"
      when
        SqlAccess( verb == SqlVerb.DELETE )
      then
        findings.approve("dba", "writes wait", "wait");
      end
      """;

  private static Packs packs(String text) throws PolicyRefusedException {
    return Packs.compile(List.of(new Pack("house.drl", text)));
  }

  @ParameterizedTest
  @EnumSource(Verdict.class)
  void aPackMakesVerdictsOnlyStricter(Verdict workbook) throws Exception {
    World world = new World(packs(RULES));
    world.workbook = workbook;

    assertThat(world.ask(READ).verdict()).isEqualTo(workbook);
    assertThat(world.ask(WRITE).verdict()).isEqualTo(workbook.strictest(Verdict.APPROVE));
  }

  @Test
  void anApprovalMustSuitBothTheWorkbookAndThePack() throws Exception {
    World world = new World(packs(RULES));
    world.workbook = Verdict.APPROVE;

    ApprovalDemand demand = ((Decision.Approve) world.ask(WRITE)).demand();

    assertThat(demand.groups()).containsExactlyInAnyOrder(Set.of("owners"), Set.of("dba"));
    assertThat(demand.quorum()).isEqualTo(2);
    assertThat(demand.expiry()).isEqualTo(Duration.ofHours(1));
  }

  @Test
  void theVersionNamesWorkbookAndPacks() throws Exception {
    Packs packs = packs(RULES);
    World world = new World(packs);

    assertThat(world.ask(READ).why().policyVersion()).isEqualTo("0".repeat(64) + "+" + packs.id());
    assertThat(new World(Packs.NONE).ask(READ).why().policyVersion()).isEqualTo("0".repeat(64));
    assertThat(packs(RULES + "\n").id()).isNotEqualTo(packs.id());
  }

  @Test
  void aPackThatFailsBlocks() throws Exception {
    World world =
        new World(
            packs(
                """
                rule "divides"
                when
                  Activity( $blocks : blocksLastMinute )
                then
                  findings.block("one in " + 1 / $blocks, "y");
                end
                """));

    Decision decision = world.ask(READ);

    assertThat(decision.verdict()).isEqualTo(Verdict.BLOCK);
    assertThat(decision.why().deciding().rule()).isEqualTo("PACK-FAILED");
  }

  @Test
  void whatOneCommandBringsIsGoneForTheNext() throws Exception {
    Packs packs = packs(RULES);
    World world = new World(packs);
    for (int i = 0; i < 1_000; i++) {
      assertThat(world.ask(i % 2 == 0 ? READ : WRITE).verdict())
          .isEqualTo(i % 2 == 0 ? Verdict.ALLOW : Verdict.APPROVE);
    }
  }

  @Test
  void manyThreadsAskAtOnce() throws Exception {
    World world = new World(packs(RULES));
    List<Callable<Boolean>> questions =
        IntStream.range(0, 200)
            .<Callable<Boolean>>mapToObj(
                i ->
                    () ->
                        world.ask(i % 2 == 0 ? READ : WRITE).verdict()
                            == (i % 2 == 0 ? Verdict.ALLOW : Verdict.APPROVE))
            .toList();
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      for (Future<Boolean> answer : threads.invokeAll(questions)) {
        assertThat(answer.get()).isTrue();
      }
    }
  }
}

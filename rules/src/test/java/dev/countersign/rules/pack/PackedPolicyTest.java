package dev.countersign.rules.pack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.rules.fact.KubeRequest;
import dev.countersign.rules.fact.RefUpdate;
import dev.countersign.rules.fact.SqlAccess;
import dev.countersign.rules.fact.SqlStatement;
import dev.countersign.rules.fact.SqlVerb;
import dev.countersign.rules.policy.PolicyRefusedException;
import dev.countersign.rules.verdict.ApprovalDemand;
import dev.countersign.rules.verdict.Decision;
import dev.countersign.rules.verdict.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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
  void moreFactsThanPacksMayCompareAreBlocked() throws Exception {
    World world = new World(packs(RULES));
    List<SqlAccess> accesses =
        IntStream.range(0, 1_000)
            .mapToObj(i -> new SqlAccess(SqlVerb.SELECT, "public.t" + i, Set.of(), true))
            .toList();

    Decision few = world.ask(new SqlStatement(accesses.subList(0, 900), Set.of(), false));
    Decision many = world.ask(new SqlStatement(accesses, Set.of(), false));

    assertThat(few.verdict()).isEqualTo(Verdict.ALLOW);
    assertThat(many.verdict()).isEqualTo(Verdict.BLOCK);
    assertThat(many.why().deciding().rule()).isEqualTo("PACK-FAILED");
  }

  @Test
  void packsJudgeGitAndKubernetesToo() throws Exception {
    World world =
        new World(
            packs(
                """
                rule "lost commits"
                when
                  RefUpdate( change == RefUpdate.Change.FORCE, commits.count > 2, ref == "refs/heads/main" )
                then
                  findings.block("loses commits", "x");
                end
                rule "rights of a node"
                when
                  KubeRequest( verb == KubeRequest.Verb.CREATE, target.namespace == "shop",
                      body.traits contains KubeRequest.Trait.PRIVILEGED )
                then
                  findings.approve("owners", "a privileged container", "x");
                end
                rule "walls"
                when
                  Activity( blocksLastMinute >= 5 )
                then
                  findings.block("five walls", "x");
                end
                """));

    assertThat(rule(world.ask(push(RefUpdate.Change.FORCE)))).isEqualTo("lost commits");
    assertThat(rule(world.ask(push(RefUpdate.Change.FAST_FORWARD)))).isEqualTo("SQL-001");
    assertThat(rule(world.ask(pod(Set.of(KubeRequest.Trait.PRIVILEGED)))))
        .isEqualTo("rights of a node");
    assertThat(rule(world.ask(pod(Set.of())))).isEqualTo("SQL-001");
    for (int i = 0; i < 4; i++) {
      world.ask(push(RefUpdate.Change.FORCE));
    }
    assertThat(rule(world.ask(pod(Set.of())))).isEqualTo("walls");
  }

  @Test
  void packsTellResourcesApartByTheirLabels() throws Exception {
    World world =
        new World(
            packs(
                """
                rule "sensitive"
                when
                  Resource( labelled contains "sensitivity=high" )
                  RefUpdate( change == RefUpdate.Change.FETCH )
                then
                  findings.block("a sensitive repository is not cloned", "x");
                end
                """));

    assertThat(rule(world.ask(push(RefUpdate.Change.FETCH)))).isEqualTo("SQL-001");
    world.labels = Map.of("environment", "production", "sensitivity", "high");
    assertThat(rule(world.ask(push(RefUpdate.Change.FETCH)))).isEqualTo("sensitive");
    assertThat(rule(world.ask(push(RefUpdate.Change.CREATE)))).isEqualTo("SQL-001");
  }

  private static String rule(Decision decision) {
    return decision.why().deciding().rule();
  }

  private static RefUpdate push(RefUpdate.Change change) {
    RefUpdate.Commits commits =
        new RefUpdate.Commits(3, true, Set.of("a@example.com"), Set.of("b@example.com"), List.of());
    return new RefUpdate("refs/heads/main", change, commits, List.of(), List.of(), Set.of());
  }

  private static KubeRequest pod(Set<KubeRequest.Trait> traits) {
    return new KubeRequest(
        KubeRequest.Verb.CREATE,
        new KubeRequest.Target("pods", "v1", "shop", "web"),
        new KubeRequest.Body(traits, Set.of(), Set.of()),
        false,
        List.of());
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

package dev.countersign.decision.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.countersign.decision.policy.ActivationResult.Activated;
import dev.countersign.decision.policy.ActivationResult.Refused;
import dev.countersign.decision.policy.ActivationResult.Unknown;
import dev.countersign.decision.policy.ActivationResult.Why;
import dev.countersign.decision.store.Database;
import dev.countersign.decision.store.StateDatabase;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.policy.Policy;
import dev.countersign.rules.policy.PolicyRefusedException;
import dev.countersign.rules.policy.WorkbookPolicy;
import dev.countersign.rules.verdict.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Officers, and gateways that follow them, on a real PostgreSQL. */
final class PolicyVersionsIT {

  private static final String OFFICERS = "compliance-officers";
  private static final Subject OLIVIA = officer("olivia");
  private static final Subject OSCAR = officer("oscar");
  private static final Subject AGENT =
      new Subject("https://i", "a", "a", Subject.Kind.AGENT, Set.of("ai-agents"), Optional.empty());
  private static final Resource ORDERS =
      new Resource("orders", Resource.Kind.POSTGRES, Map.of("environment", "production"));

  private StateDatabase state;
  private Database database;
  private PolicyVersions versions;

  private static Subject officer(String name) {
    return new Subject(
        "https://i", name, name, Subject.Kind.HUMAN, Set.of(OFFICERS), Optional.empty());
  }

  @BeforeEach
  void start() throws IOException {
    state = StateDatabase.start();
    database = state.database();
    versions = new PolicyVersions(database, Drafts::parse, OFFICERS);
  }

  @AfterEach
  void stop() throws IOException {
    state.close();
  }

  private String submit(byte[] draft, Subject by) throws PolicyRefusedException {
    return versions.submit(draft, by).id();
  }

  private ActivationResult activate(String id, Subject by) {
    return versions.activate(id, Optional.empty(), by, "TICKET-12");
  }

  private static Why why(ActivationResult result) {
    assertThat(result).isInstanceOf(Refused.class);
    return ((Refused) result).why();
  }

  private static Verdict reading(Policy policy, String object) {
    return policy
        .current()
        .decide(AGENT, ORDERS, Drafts.parse("read " + object).getFirst())
        .verdict();
  }

  // --- submitted

  @Test
  void aVersionIsNamedByItsRows() throws Exception {
    String id = submit(Drafts.allowing("public.a"), OLIVIA);

    assertThat(id).matches("[0-9a-f]{64}");
    assertThat(submit(Drafts.allowing("public.a", "Note", "the same rows"), OSCAR)).isEqualTo(id);
    assertThat(submit(Drafts.allowing("public.b"), OLIVIA)).isNotEqualTo(id);
    assertThat(versions.find(id).orElseThrow().submitter().name())
        .as("who was first stays the author")
        .isEqualTo("olivia");
    assertThat(versions.versions()).hasSize(2);
  }

  @Test
  void aWorkbookWhoseTestsFailIsNotKept() {
    PolicyRefusedException refused =
        catchThrowableOfType(
            PolicyRefusedException.class,
            () -> versions.submit(Drafts.withFailingTest("public.a"), OLIVIA));

    assertThat(refused.faults()).singleElement().asString().contains("T-001");
    assertThat(versions.versions()).isEmpty();
  }

  @Test
  void whatIsNoWorkbookIsNotKept() {
    assertThatThrownBy(() -> versions.submit(new byte[] {'P', 'K', 3, 4, 0}, OLIVIA))
        .isInstanceOf(PolicyRefusedException.class);
    assertThat(versions.versions()).isEmpty();
  }

  @Test
  void onlyHumansOfTheGroupSubmit() {
    Subject agent =
        new Subject(
            "https://i", "a", "a", Subject.Kind.AGENT, Set.of(OFFICERS), Optional.of("olivia"));

    assertThatThrownBy(() -> versions.submit(Drafts.allowing("public.a"), agent))
        .isInstanceOf(IllegalArgumentException.class);
  }

  // --- activated by a second person

  @Test
  void theAuthorCannotActivate() throws Exception {
    String id = submit(Drafts.allowing("public.a"), OLIVIA);
    Subject renamed =
        new Subject(
            "https://i", "olivia", "Oscar", Subject.Kind.HUMAN, Set.of(OFFICERS), Optional.empty());

    assertThat(why(activate(id, OLIVIA))).isEqualTo(Why.SAME_PERSON);
    assertThat(why(activate(id, renamed))).isEqualTo(Why.SAME_PERSON);
    assertThat(versions.current()).isEmpty();

    assertThat(activate(id, OSCAR)).isInstanceOf(Activated.class);
    Activation current = versions.current().orElseThrow();
    assertThat(current.version()).isEqualTo(id);
    assertThat(current.by().name()).isEqualTo("oscar");
    assertThat(current.reason()).isEqualTo("TICKET-12");
  }

  @Test
  void submittingAgainDoesNotMakeAnotherAuthor() throws Exception {
    String id = submit(Drafts.allowing("public.a"), OLIVIA);
    submit(Drafts.allowing("public.a"), OSCAR);

    assertThat(why(activate(id, OLIVIA))).isEqualTo(Why.SAME_PERSON);
  }

  @Test
  void anAgentCannotActivateEvenInTheGroup() throws Exception {
    String id = submit(Drafts.allowing("public.a"), OLIVIA);
    Subject agent =
        new Subject(
            "https://i", "a", "a", Subject.Kind.AGENT, Set.of(OFFICERS), Optional.of("oscar"));

    assertThat(why(activate(id, agent))).isEqualTo(Why.NOT_OFFICER);
  }

  @Test
  void aDraftCannotLiftTheRuleItIsJudgedBy() throws Exception {
    activate(submit(Drafts.allowing("public.a"), OLIVIA), OSCAR);
    String alone = submit(Drafts.allowing("public.b", "Four eyes", "no"), OLIVIA);

    assertThat(why(activate(alone, OLIVIA))).isEqualTo(Why.SAME_PERSON);
    assertThat(activate(alone, OSCAR)).isInstanceOf(Activated.class);

    String next = submit(Drafts.allowing("public.c", "Four eyes", "no"), OLIVIA);
    assertThat(activate(next, OLIVIA)).as("both say no now").isInstanceOf(Activated.class);
    String back = submit(Drafts.allowing("public.d"), OLIVIA);
    assertThat(why(activate(back, OLIVIA))).isEqualTo(Why.SAME_PERSON);
  }

  @ParameterizedTest
  @ValueSource(strings = {"yes", "No, thanks", "false", "0", "off"})
  void anythingButNoAsksForASecondPerson(String cell) throws Exception {
    String first = submit(Drafts.allowing("public.a", "Four eyes", "no"), OLIVIA);
    activate(first, OSCAR);

    String id = submit(Drafts.allowing("public.b", "Four eyes", cell), OLIVIA);

    assertThat(why(activate(id, OLIVIA))).isEqualTo(Why.SAME_PERSON);
  }

  @Test
  void whatIsUnknownOrInForceOrChangedMeanwhileIsRefused() throws Exception {
    String a = submit(Drafts.allowing("public.a"), OLIVIA);
    String b = submit(Drafts.allowing("public.b"), OLIVIA);
    activate(a, OSCAR);

    assertThat(activate("0".repeat(64), OSCAR)).isInstanceOf(Unknown.class);
    assertThat(activate("a' OR 'a' = 'a", OSCAR)).isInstanceOf(Unknown.class);
    assertThat(why(activate(a, OSCAR))).isEqualTo(Why.IN_FORCE);
    assertThat(why(versions.activate(b, Optional.of(b), OSCAR, "")))
        .isEqualTo(Why.CHANGED_MEANWHILE);
    assertThat(versions.activate(b, Optional.of(a), OSCAR, "")).isInstanceOf(Activated.class);
  }

  @Test
  void ofManyWhoReplaceTheSameVersionOneDoes() throws Exception {
    String first = submit(Drafts.allowing("public.a"), OLIVIA);
    activate(first, OSCAR);
    List<Callable<ActivationResult>> wishes = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      String id = submit(Drafts.allowing("public.t" + i), OLIVIA);
      wishes.add(() -> versions.activate(id, Optional.of(first), OSCAR, ""));
    }

    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      int activated = 0;
      for (Future<ActivationResult> wish : threads.invokeAll(wishes)) {
        activated += wish.get() instanceof Activated ? 1 : 0;
      }
      assertThat(activated).isEqualTo(1);
    }
    assertThat(versions.history()).hasSize(2);
  }

  @Test
  void anEarlierVersionIsPutInForceAgain() throws Exception {
    String a = submit(Drafts.allowing("public.a"), OLIVIA);
    String b = submit(Drafts.allowing("public.b"), OLIVIA);
    activate(a, OSCAR);
    activate(b, OSCAR);
    activate(a, OSCAR);

    assertThat(versions.history()).extracting(Activation::version).containsExactly(a, b, a);
    assertThat(versions.history().getFirst().replaced()).contains(b);
  }

  // --- kept

  @Test
  void nothingThatIsKeptCanBeChanged() throws Exception {
    activate(submit(Drafts.allowing("public.a"), OLIVIA), OSCAR);

    for (String change :
        List.of(
            "UPDATE policy_version SET four_eyes = false",
            "DELETE FROM policy_activation",
            "TRUNCATE policy_version CASCADE")) {
      assertThatThrownBy(() -> execute(change)).hasMessageContaining("is only ever added to");
    }
  }

  @Test
  void aWorkbookThatWasChangedInTheDatabaseIsNotUsed() throws Exception {
    String a = submit(Drafts.allowing("public.a"), OLIVIA);
    String b = submit(Drafts.allowing("public.b"), OLIVIA);
    activate(a, OSCAR);
    Recorded recorded = new Recorded();

    try (PolicyFollowing following = versions.follow(recorded)) {
      activate(b, OSCAR);
      await().until(() -> following.policy().current().id().equals(b));
      tamper(a, Drafts.allowing("public.secrets"));
      assertThat(why(activate(a, OSCAR))).isEqualTo(Why.UNSOUND);
      execute(
          "INSERT INTO policy_activation (version, issuer, subject_id, name, reason) VALUES ('"
              + a
              + "', '', '', 'mallory', '')");

      await().untilAsserted(() -> assertThat(recorded.refused()).hasSize(1));
      assertThat(recorded.refused().getFirst()).contains("was changed in the database");
      assertThat(following.policy().current().id()).isEqualTo(b);
      assertThat(reading(following.policy(), "public.secrets")).isEqualTo(Verdict.BLOCK);
    }
  }

  private void tamper(String id, byte[] workbook) {
    execute("ALTER TABLE policy_version DISABLE TRIGGER policy_version_stays");
    database
        .jdbi()
        .useHandle(
            handle ->
                handle.execute(
                    "UPDATE policy_version SET workbook = ? WHERE id = ?", workbook, id));
  }

  private void execute(String sql) {
    database.jdbi().useHandle(handle -> handle.execute(sql));
  }

  // --- followed

  @Test
  void everyGatewayFollows() throws Exception {
    activate(submit(Drafts.allowing("public.a"), OLIVIA), OSCAR);
    PolicyVersions elsewhere = new PolicyVersions(database, Drafts::parse, OFFICERS);

    try (PolicyFollowing here = versions.follow(new Recorded());
        PolicyFollowing there = elsewhere.follow(new Recorded())) {
      assertThat(reading(there.policy(), "public.b")).isEqualTo(Verdict.BLOCK);

      activate(submit(Drafts.allowing("public.b"), OLIVIA), OSCAR);

      for (PolicyFollowing gateway : List.of(here, there)) {
        await()
            .atMost(Duration.ofSeconds(20))
            .until(() -> reading(gateway.policy(), "public.b") == Verdict.ALLOW);
        assertThat(reading(gateway.policy(), "public.a")).isEqualTo(Verdict.BLOCK);
      }
    }
  }

  @Test
  void followsAgainWhenTheDatabaseWasAway() throws Exception {
    activate(submit(Drafts.allowing("public.a"), OLIVIA), OSCAR);

    try (PolicyFollowing following = versions.follow(new Recorded())) {
      execute(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
              + " AND query LIKE 'LISTEN%'");
      assertThat(reading(following.policy(), "public.a")).isEqualTo(Verdict.ALLOW);

      activate(submit(Drafts.allowing("public.b"), OLIVIA), OSCAR);

      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> reading(following.policy(), "public.b") == Verdict.ALLOW);
    }
  }

  @Test
  void theFirstPolicyComesFromAFileAndOnlyTheFirst() throws Exception {
    assertThatThrownBy(() -> versions.follow(new Recorded()))
        .isInstanceOf(PolicyRefusedException.class);

    versions.bootstrap(Drafts.allowing("public.a"));
    versions.bootstrap(Drafts.allowing("public.b"));

    assertThat(versions.history()).hasSize(1);
    assertThat(versions.current().orElseThrow().by()).isEqualTo(Person.BOOTSTRAP);
    try (PolicyFollowing following = versions.follow(new Recorded())) {
      assertThat(reading(following.policy(), "public.a")).isEqualTo(Verdict.ALLOW);
    }
  }

  /** What a gateway was told. */
  private static final class Recorded implements PolicyVersions.Listener {

    private final List<String> refused = new ArrayList<>();

    @Override
    public void activated(WorkbookPolicy version, Activation activation) {}

    @Override
    public synchronized void refused(Activation activation, List<String> faults) {
      refused.addAll(faults);
    }

    synchronized List<String> refused() {
      return List.copyOf(refused);
    }
  }
}

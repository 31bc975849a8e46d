package dev.countersign.decision.emergency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.Event.EmergencyChanged.Step;
import dev.countersign.decision.approval.AnswerSigner;
import dev.countersign.decision.approval.Approval;
import dev.countersign.decision.approval.ApprovalLimits;
import dev.countersign.decision.approval.Approvals.Pending;
import dev.countersign.decision.approval.FrozenCommand;
import dev.countersign.decision.approval.Outcome;
import dev.countersign.decision.approval.StoredApprovals;
import dev.countersign.decision.credential.PaperJournal;
import dev.countersign.decision.emergency.Emergency.State;
import dev.countersign.decision.store.Database;
import dev.countersign.decision.store.StateDatabase;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.verdict.ApprovalDemand;
import dev.countersign.rules.verdict.MatchedRow;
import dev.countersign.rules.verdict.Verdict;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Break-glass: who opens it, what it lifts, how it ends, and who looks at it afterwards. */
final class EmergenciesIT {

  private static final Duration HALF = Duration.ofMinutes(30);
  private static final Subject CAROL = human("carol", "incident");
  private static final Subject DAVE = human("dave", "incident");
  private static final Subject OLIVIA = human("olivia", "officers");
  private static final Subject ERIN = human("erin", "on-call");
  private static final PaperJournal JOURNAL = new PaperJournal();
  private static final ConcurrentLinkedQueue<Event.EmergencyChanged> LOUD =
      new ConcurrentLinkedQueue<>();

  private static StateDatabase state;
  private static Database database;
  private static StoredApprovals approvals;
  private static Emergencies emergencies;

  @BeforeAll
  static void start() throws IOException {
    state = StateDatabase.start();
    database = state.database();
    approvals =
        StoredApprovals.open(
            database,
            URI.create("https://gate.example"),
            ApprovalLimits.DEFAULT,
            JOURNAL,
            AnswerSigner.passing());
    emergencies = emergencies(false);
  }

  private static Emergencies emergencies(boolean agents) {
    return emergencies(agents, Duration.ofHours(24));
  }

  private static Emergencies emergencies(boolean agents, Duration reviewWithin) {
    return new Emergencies(
        database,
        Optional.of(
            new EmergencyRules(
                "incident",
                "officers",
                Set.of("on-call"),
                agents,
                EmergencyRules.LONGEST,
                reviewWithin)),
        JOURNAL,
        LOUD::add);
  }

  @AfterAll
  static void stop() throws IOException {
    approvals.close();
    state.close();
  }

  @AfterEach
  void closeAll() {
    emergencies.recent().stream()
        .filter(one -> one.state() == State.OPEN)
        .forEach(one -> emergencies.close(one, CAROL, "the next test"));
  }

  private static Subject human(String id, String... groups) {
    return new Subject("https://i", id, id, Subject.Kind.HUMAN, Set.of(groups), Optional.empty());
  }

  private static Subject agent(String owner) {
    return new Subject(
        "https://i", "agent", "agent", Subject.Kind.AGENT, Set.of("on-call"), Optional.of(owner));
  }

  private static Emergency done(EmergencyResult result) {
    assertThat(result).isInstanceOf(EmergencyResult.Done.class);
    return ((EmergencyResult.Done) result).emergency();
  }

  private static Emergency opened() {
    return opened(emergencies);
  }

  private static Emergency opened(Emergencies where) {
    Emergency proposed = done(where.propose(CAROL, List.of("orders"), HALF, "orders is down"));
    return done(where.open(proposed, DAVE, "I see it too"));
  }

  private static Pending ask(Subject subject, String resource) {
    return approvals.request(
        new FrozenCommand("DELETE FROM orders", List.of(), resource, subject, "policy-1"),
        "session-1",
        new ApprovalDemand(Set.of(Set.of("dba")), 2, Duration.ofHours(1)),
        List.of(new MatchedRow("R", "SQL", 1, Verdict.APPROVE, "p", "r", "h", List.of())),
        List.of(),
        Optional.empty());
  }

  private static boolean runsAtOnce(Pending pending) {
    boolean done = pending.outcome().toCompletableFuture().isDone();
    if (!done) {
      approvals.withdraw(pending.id(), "the next test");
    }
    return done;
  }

  @Test
  void gw48_whatNeedsAnApprovalRunsAtOnceAndIsOnTheRecord() {
    Emergency open = opened();

    Pending pending = ask(ERIN, "orders");

    assertThat(pending.outcome().toCompletableFuture().join())
        .isEqualTo(
            new Outcome.Approved(
                DAVE,
                "emergency " + open.id() + ", opened by carol and dave: orders is down",
                pending.digest()));
    assertThat(approvals.find(ERIN, pending.id()).orElseThrow().summary().standing())
        .contains(open.id());
    assertThat(approvals.find(ERIN, pending.id()).orElseThrow().state())
        .isEqualTo(Approval.State.APPROVED);
    assertThat(JOURNAL.events)
        .contains(
            new Event.StandingYesUsed(open.id(), pending.id(), ERIN, "orders", pending.digest()));
    assertThat(LOUD)
        .anyMatch(step -> step.emergency().equals(open.id()) && step.step() == Step.OPENED);
  }

  @Test
  void gw48_itHoldsForItsResourcesAndSubjectsOnly() {
    opened();

    assertThat(runsAtOnce(ask(ERIN, "stock"))).isFalse();
    assertThat(runsAtOnce(ask(human("frank", "developers"), "orders"))).isFalse();
    assertThat(runsAtOnce(ask(agent("alice"), "orders"))).isFalse();
    assertThat(runsAtOnce(ask(ERIN, "orders"))).isTrue();
  }

  @Test
  void gw48_noPartyOfThoseWhoOpenedItWorksUnderIt() {
    opened(emergencies(true));

    assertThat(runsAtOnce(ask(agent("alice"), "orders"))).isTrue();
    assertThat(runsAtOnce(ask(agent("carol"), "orders"))).isFalse();
    assertThat(runsAtOnce(ask(agent("dave"), "orders"))).isFalse();
    assertThat(runsAtOnce(ask(human("dave", "on-call", "incident"), "orders"))).isFalse();
  }

  @Test
  void gw48_itTakesTwoDifferentHumansOfTheRole() {
    Emergency proposed =
        done(emergencies.propose(CAROL, List.of("orders"), HALF, "orders is down"));

    assertThat(emergencies.open(proposed, CAROL, "me again"))
        .isInstanceOf(EmergencyResult.Forbidden.class);
    assertThat(emergencies.open(proposed, ERIN, "me"))
        .isInstanceOf(EmergencyResult.Forbidden.class);
    Subject pretender =
        new Subject(
            "https://i", "p", "p", Subject.Kind.AGENT, Set.of("incident"), Optional.of("zoe"));
    assertThat(emergencies.open(proposed, pretender, "me"))
        .isInstanceOf(EmergencyResult.Forbidden.class);
    assertThat(emergencies.propose(ERIN, List.of("orders"), HALF, "x"))
        .isInstanceOf(EmergencyResult.Forbidden.class);
    assertThat(runsAtOnce(ask(ERIN, "orders"))).isFalse();
    assertThatThrownBy(
            () ->
                database
                    .jdbi()
                    .useHandle(
                        handle ->
                            handle.execute(
                                """
                                UPDATE emergency SET state = 'OPEN', opened_by = proposed_by,
                                  opened_at = clock_timestamp() WHERE id = ?
                                """,
                                proposed.id())))
        .hasMessageContaining("emergency");
  }

  @Test
  void gw48_anHourIsTheLongest() {
    assertThat(emergencies.propose(CAROL, List.of("orders"), Duration.ofMinutes(61), "x"))
        .isInstanceOf(EmergencyResult.Refused.class);
    assertThat(emergencies.propose(CAROL, List.of(), HALF, "x"))
        .isInstanceOf(EmergencyResult.Refused.class);
    assertThat(emergencies.propose(CAROL, List.of("orders"), HALF, " "))
        .isInstanceOf(EmergencyResult.Refused.class);
    Emergency open = opened();
    over(open);

    assertThat(runsAtOnce(ask(ERIN, "orders"))).isFalse();
    emergencies.expire();
    assertThat(emergencies.find(open.id()).orElseThrow().state()).isEqualTo(State.EXPIRED);
    assertThat(LOUD)
        .anyMatch(step -> step.emergency().equals(open.id()) && step.step() == Step.EXPIRED);
  }

  private static void over(Emergency open) {
    database
        .jdbi()
        .useTransaction(
            handle -> {
              handle.execute("ALTER TABLE emergency DISABLE TRIGGER USER");
              handle.execute(
                  "UPDATE emergency SET until = clock_timestamp() WHERE id = ?", open.id());
              handle.execute("ALTER TABLE emergency ENABLE TRIGGER USER");
            });
  }

  @Test
  void gw48_aProposalThatNobodyOpensLapses() {
    Emergency proposed = done(emergencies.propose(CAROL, List.of("orders"), HALF, "x"));
    over(proposed);

    assertThat(emergencies.open(proposed, DAVE, "late"))
        .isInstanceOf(EmergencyResult.Refused.class);
    emergencies.expire();
    Emergency lapsed = emergencies.find(proposed.id()).orElseThrow();
    assertThat(lapsed.state()).isEqualTo(State.LAPSED);
    assertThat(lapsed.needsReview()).isFalse();
  }

  @Test
  void gw48_somebodyElseReviewsWhatWasDone() {
    Emergency open = opened();
    Subject both = human("dave", "incident", "officers");
    assertThat(emergencies.review(open, OLIVIA, "too early"))
        .isInstanceOf(EmergencyResult.Refused.class);
    assertThat(runsAtOnce(ask(ERIN, "orders"))).isTrue();
    Emergency over = done(emergencies.close(open, CAROL, "orders is back"));
    assertThat(over.needsReview()).isTrue();
    assertThat(emergencies.recent()).first().extracting(Emergency::needsReview).isEqualTo(true);

    assertThat(emergencies.review(over, both, "all fine"))
        .isInstanceOf(EmergencyResult.Forbidden.class);
    assertThat(emergencies.review(over, ERIN, "all fine"))
        .isInstanceOf(EmergencyResult.Forbidden.class);
    assertThat(
            emergencies.review(over, human("erin", "on-call", "officers"), "I did nothing wrong"))
        .isInstanceOf(EmergencyResult.Forbidden.class);
    Emergency reviewed = done(emergencies.review(over, OLIVIA, "one DELETE, as agreed"));

    assertThat(reviewed.needsReview()).isFalse();
    assertThat(emergencies.review(over, OLIVIA, "again"))
        .isInstanceOf(EmergencyResult.Refused.class);
  }

  @Test
  void gw48_whatNobodyReviewsInTimeIsOverdueUntilSomebodyDoes() throws Exception {
    Emergencies hasty = emergencies(false, Duration.ofMillis(1));
    Emergency open = opened();
    assertThat(hasty.overdue())
        .as("still open")
        .extracting(Emergency::id)
        .doesNotContain(open.id());
    Emergency over = done(emergencies.close(open, CAROL, "orders is back"));

    await()
        .untilAsserted(
            () -> assertThat(hasty.overdue()).extracting(Emergency::id).contains(over.id()));
    assertThat(emergencies.overdue()).extracting(Emergency::id).doesNotContain(over.id());

    done(emergencies.review(over, OLIVIA, "one DELETE, as agreed"));
    assertThat(hasty.overdue()).extracting(Emergency::id).doesNotContain(over.id());
  }

  @Test
  void gw48_withoutARecordThereIsNone() {
    Emergency proposed = done(emergencies.propose(CAROL, List.of("orders"), HALF, "x"));
    JOURNAL.full(true);
    try {
      assertThatThrownBy(() -> emergencies.open(proposed, DAVE, "y"))
          .isInstanceOf(RuntimeException.class);
    } finally {
      JOURNAL.full(false);
    }
    assertThat(emergencies.find(proposed.id()).orElseThrow().state()).isEqualTo(State.PROPOSED);
    opened();
    JOURNAL.full(true);
    try {
      assertThatThrownBy(() -> ask(ERIN, "orders")).isInstanceOf(RuntimeException.class);
    } finally {
      JOURNAL.full(false);
    }
  }

  @Test
  void gw48_itLiftsNoAccess() {
    opened();

    Pending wish =
        approvals.request(
            new FrozenCommand("grant access to orders", List.of(), "orders", ERIN, "policy-1"),
            "G-00000000",
            new ApprovalDemand(Set.of(Set.of("dba")), 1, Duration.ofHours(1)),
            List.of(new MatchedRow("R", "Access", 1, Verdict.APPROVE, "p", "r", "h", List.of())));

    assertThat(runsAtOnce(wish)).isFalse();
  }
}

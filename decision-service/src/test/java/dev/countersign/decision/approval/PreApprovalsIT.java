package dev.countersign.decision.approval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.countersign.audit.event.Event;
import dev.countersign.decision.approval.Approvals.Pending;
import dev.countersign.decision.approval.PreApproval.State;
import dev.countersign.decision.approval.StoredApprovals.Answer;
import dev.countersign.decision.credential.PaperJournal;
import dev.countersign.decision.policy.Drafts;
import dev.countersign.decision.store.Database;
import dev.countersign.decision.store.StateDatabase;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.policy.Policy;
import dev.countersign.rules.verdict.ApprovalDemand;
import dev.countersign.rules.verdict.MatchedRow;
import dev.countersign.rules.verdict.PreApprovalTerms;
import dev.countersign.rules.verdict.Verdict;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a yes beforehand lets through, and what it does not. */
final class PreApprovalsIT {

  private static final Duration HOUR = Duration.ofHours(1);
  private static final Subject BOB = human("bob");
  private static final Subject CAROL = human("carol");
  private static final AtomicInteger AGENTS = new AtomicInteger();
  private static final PaperJournal JOURNAL = new PaperJournal();
  private static final Optional<PreApprovalTerms> SAME =
      Optional.of(new PreApprovalTerms(Duration.ofHours(4), false));

  private static StateDatabase state;
  private static Database database;
  private static StoredApprovals approvals;
  private static Policy policy;
  private static PreApprovals beforehand;

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
    policy = Drafts.policyAllowing("public.a");
    beforehand = new PreApprovals(database, approvals, policy, JOURNAL);
  }

  @AfterAll
  static void stop() throws IOException {
    approvals.close();
    state.close();
  }

  private static Subject human(String id) {
    return new Subject(
        "https://i", id, id, Subject.Kind.HUMAN, Set.of("dba-approvers"), Optional.empty());
  }

  private static Subject agent(String id, String owner) {
    return new Subject(
        "https://i", id, id, Subject.Kind.AGENT, Set.of("ai-agents"), Optional.of(owner));
  }

  private static Subject agent() {
    return agent("agent-" + AGENTS.incrementAndGet(), "alice");
  }

  private static Pending ask(
      Subject subject,
      String resource,
      String what,
      int quorum,
      Optional<PreApprovalTerms> allowed) {
    return approvals.request(
        new FrozenCommand(what, List.of(), resource, subject, policy.current().id()),
        "session-1",
        new ApprovalDemand(Set.of(Set.of("dba-approvers")), quorum, HOUR, allowed),
        List.of(new MatchedRow("R", "SQL", 1, Verdict.APPROVE, "p", "r", "h", List.of())),
        List.of(),
        Optional.of(
            new Fingerprints(
                Fingerprints.digest(List.of(what)),
                Optional.of(Fingerprints.digest(List.of("shape", what.replaceAll("[0-9]", "")))))));
  }

  private static Pending ask(Subject subject, String what) {
    return ask(subject, "orders", what, 1, SAME);
  }

  private static void yes(String approval, Subject approver) {
    Approval seen = approvals.view(approver, approval).orElseThrow();
    assertThat(approvals.answer(approval, Answer.APPROVE, approver, seen.digest(), ""))
        .isInstanceOf(AnswerResult.Recorded.class);
  }

  /** A pre-approval of a command like that, with the yes of those people. */
  private static PreApproval given(Pending model, Subject... people) {
    PreApproval asked =
        ((PreApprovalResult.Asked) beforehand.request(model.id(), BOB, HOUR, "TICKET-1"))
            .preApproval();
    for (Subject person : people) {
      yes(asked.approval().orElseThrow(), person);
    }
    return await()
        .until(() -> beforehand.find(asked.id()).orElseThrow(), one -> one.state() == State.GIVEN);
  }

  private static boolean runsAtOnce(Pending pending) {
    return pending.outcome().toCompletableFuture().isDone();
  }

  @Test
  void theSameCommandRunsAtOnceAndIsShownAsWhatItIs() throws Exception {
    Subject agent = agent();
    PreApproval given = given(ask(agent, "DELETE 1"), BOB);

    Pending again = ask(agent, "DELETE 1");

    Outcome outcome = again.outcome().toCompletableFuture().get(1, TimeUnit.SECONDS);
    assertThat(outcome)
        .isEqualTo(
            new Outcome.Approved(
                BOB,
                "pre-approved by " + given.id() + " until " + given.until().orElseThrow(),
                again.digest()));
    Approval filed = approvals.find(BOB, again.id()).orElseThrow();
    assertThat(filed.state()).isEqualTo(Approval.State.APPROVED);
    assertThat(filed.summary().standing()).contains(given.id());
    assertThat(JOURNAL.events)
        .contains(
            new Event.StandingYesUsed(given.id(), again.id(), agent, "orders", again.digest()))
        .anyMatch(
            event ->
                event instanceof Event.PreApprovalGiven one
                    && one.preApproval().equals(given.id()));
    approvals.executed(again.id());
    assertThat(approvals.find(BOB, again.id()).orElseThrow().state())
        .isEqualTo(Approval.State.EXECUTED);
  }

  @Test
  void gw15_anotherCommandSubjectOwnerOrResourceIsAskedFor() {
    Subject agent = agent();
    given(ask(agent, "DELETE 2"), BOB);

    assertThat(runsAtOnce(ask(agent, "DELETE 2"))).isTrue();
    assertThat(runsAtOnce(ask(agent, "DELETE 3"))).isFalse();
    assertThat(runsAtOnce(ask(agent(), "DELETE 2"))).isFalse();
    assertThat(runsAtOnce(ask(agent(agent.id(), "bob"), "DELETE 2"))).isFalse();
    assertThat(runsAtOnce(ask(agent, "stock", "DELETE 2", 1, SAME))).isFalse();
  }

  @Test
  void whoAsksForMorePeopleOrWhoseRowAllowsNoneIsAskedFor() {
    Subject agent = agent();
    given(ask(agent, "DELETE 4"), BOB);

    assertThat(runsAtOnce(ask(agent, "orders", "DELETE 4", 2, SAME))).isFalse();
    assertThat(runsAtOnce(ask(agent, "orders", "DELETE 4", 1, Optional.empty()))).isFalse();
  }

  @Test
  void otherValuesRunOnlyWhereTheRowSaysSo() {
    Subject agent = agent();
    var any = Optional.of(new PreApprovalTerms(HOUR, true));
    given(ask(agent, "orders", "DELETE 5", 1, any), BOB);

    assertThat(runsAtOnce(ask(agent, "orders", "DELETE 6", 1, any))).isTrue();
    assertThat(runsAtOnce(ask(agent, "orders", "UPDATE 5", 1, any))).isFalse();
    assertThat(runsAtOnce(ask(agent, "DELETE 5"))).isFalse();
  }

  @Test
  void itTakesAsManyPeopleAsTheCommandAndNoneOfItsParty() {
    Subject agent = agent();
    Pending model = ask(agent, "orders", "DELETE 7", 2, SAME);
    PreApproval asked =
        ((PreApprovalResult.Asked) beforehand.request(model.id(), agent, HOUR, "often"))
            .preApproval();
    String approval = asked.approval().orElseThrow();
    yes(approval, BOB);
    assertThat(beforehand.find(asked.id()).orElseThrow().state()).isEqualTo(State.REQUESTED);
    Subject alice = human("alice");
    assertThat(
            approvals.answer(
                approval,
                Answer.APPROVE,
                alice,
                approvals.view(alice, approval).orElseThrow().digest(),
                ""))
        .isInstanceOf(AnswerResult.Refused.class);

    yes(approval, CAROL);

    await().until(() -> beforehand.find(asked.id()).orElseThrow().state() == State.GIVEN);
    assertThat(runsAtOnce(ask(agent, "orders", "DELETE 7", 2, SAME))).isTrue();
  }

  @Test
  void whatIsRevokedLetsNothingThrough() {
    Subject agent = agent();
    PreApproval given = given(ask(agent, "DELETE 8"), BOB);

    assertThat(beforehand.revoke(given, CAROL, "no longer")).isTrue();

    assertThat(beforehand.revoke(given, CAROL, "again")).isFalse();
    assertThat(runsAtOnce(ask(agent, "DELETE 8"))).isFalse();
  }

  @Test
  void whatIsRevokedWhileItIsUsedEndsRightAfter() {
    PreApproval given = given(ask(agent(), "DELETE 11"), BOB);
    CompletableFuture<Boolean> revoked = new CompletableFuture<>();
    database
        .jdbi()
        .useTransaction(
            using -> {
              using.execute("SELECT FROM pre_approval WHERE id = ? FOR SHARE", given.id());
              Thread.startVirtualThread(
                  () -> revoked.complete(beforehand.revoke(given, CAROL, "no longer")));
              await()
                  .until(
                      () ->
                          revoked.isDone()
                              || database
                                  .jdbi()
                                  .withHandle(
                                      watching ->
                                          watching
                                              .createQuery(
                                                  "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT"
                                                      + " granted)")
                                              .mapTo(Boolean.class)
                                              .one()));
            });

    assertThat(revoked.join()).isTrue();
    assertThat(beforehand.find(given.id()).orElseThrow().state()).isEqualTo(State.REVOKED);
  }

  @Test
  void whatIsOverLetsNothingThrough() {
    Subject agent = agent();
    PreApproval given = given(ask(agent, "DELETE 9"), BOB);
    database
        .jdbi()
        .useTransaction(
            handle -> {
              handle.execute("ALTER TABLE pre_approval DISABLE TRIGGER USER");
              handle.execute(
                  "UPDATE pre_approval SET ends_at = clock_timestamp() WHERE id = ?", given.id());
              handle.execute("ALTER TABLE pre_approval ENABLE TRIGGER USER");
            });

    assertThat(runsAtOnce(ask(agent, "DELETE 9"))).isFalse();
    beforehand.expire();
    assertThat(beforehand.find(given.id()).orElseThrow().state()).isEqualTo(State.EXPIRED);
  }

  @Test
  void anotherPolicyVoidsIt() {
    Subject agent = agent();
    PreApproval given = given(ask(agent, "DELETE 10"), BOB);
    var before = policy.current();
    policy.activate(Drafts.policyAllowing("public.b").current());
    try {
      assertThat(runsAtOnce(ask(agent, "DELETE 10"))).isFalse();
      beforehand.expire();
    } finally {
      policy.activate(before);
    }

    assertThat(beforehand.find(given.id()).orElseThrow().state()).isEqualTo(State.VOIDED);
    assertThat(runsAtOnce(ask(agent, "DELETE 10"))).isFalse();
  }

  @Test
  void isRefusedWhereNobodyMay() {
    Subject agent = agent();
    Pending never = ask(agent, "orders", "DELETE 11", 1, Optional.empty());
    Pending denied = ask(agent, "DELETE 12");
    approvals.answer(denied.id(), Answer.DENY, BOB, denied.digest(), "no");

    assertThat(beforehand.request(never.id(), BOB, HOUR, "x"))
        .isInstanceOf(PreApprovalResult.Refused.class);
    assertThat(beforehand.request(denied.id(), BOB, HOUR, "x"))
        .isInstanceOf(PreApprovalResult.Refused.class);
    assertThat(beforehand.request(ask(agent, "DELETE 13").id(), BOB, Duration.ofHours(5), "x"))
        .isInstanceOf(PreApprovalResult.Refused.class);
    assertThat(beforehand.request("A-NOTHERE0", BOB, HOUR, "x"))
        .isInstanceOf(PreApprovalResult.Unknown.class);
  }

  @Test
  void whatCannotBeRecordedIsNotLetThrough() {
    Subject agent = agent();
    given(ask(agent, "DELETE 14"), BOB);
    JOURNAL.full(true);
    try {
      assertThatThrownBy(() -> ask(agent, "DELETE 14")).isInstanceOf(RuntimeException.class);
    } finally {
      JOURNAL.full(false);
    }
  }
}

package dev.countersign.decision.approval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.Event.ApprovalVoted;
import dev.countersign.audit.journal.JournalException;
import dev.countersign.decision.approval.AnswerResult.Recorded;
import dev.countersign.decision.approval.AnswerResult.Refused;
import dev.countersign.decision.approval.AnswerResult.Why;
import dev.countersign.decision.approval.Approval.State;
import dev.countersign.decision.approval.Approvals.Pending;
import dev.countersign.decision.approval.StoredApprovals.Answer;
import dev.countersign.decision.credential.PaperJournal;
import dev.countersign.decision.store.Database;
import dev.countersign.decision.store.StateDatabase;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.verdict.ApprovalDemand;
import dev.countersign.rules.verdict.MatchedRow;
import dev.countersign.rules.verdict.Verdict;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an answer is worth, and what becomes of what was approved. */
final class AnsweringIT {

  private static final Duration HOUR = Duration.ofHours(1);
  private static final Subject BOB = human("bob", "dba-approvers");
  private static final AtomicInteger AGENTS = new AtomicInteger();
  private static final PaperJournal JOURNAL = new PaperJournal();

  private static StateDatabase state;
  private static Database database;
  private static StoredApprovals here;
  private static StoredApprovals there;

  @BeforeAll
  static void start() throws IOException {
    state = StateDatabase.start();
    database = state.database();
    here = gateway(ApprovalLimits.DEFAULT);
    there = gateway(ApprovalLimits.DEFAULT);
  }

  private static StoredApprovals gateway(ApprovalLimits limits) {
    return StoredApprovals.open(
        database, URI.create("https://gate.example"), limits, JOURNAL, AnswerSigner.passing());
  }

  @AfterAll
  static void stop() throws IOException {
    here.close();
    there.close();
    state.close();
  }

  private static Subject human(String id, String... groups) {
    return new Subject("https://i", id, id, Subject.Kind.HUMAN, Set.of(groups), Optional.empty());
  }

  private static Subject agent(String... passedOnBy) {
    String id = "agent-" + AGENTS.incrementAndGet();
    return new Subject(
        "https://i",
        id,
        id,
        Subject.Kind.AGENT,
        Set.of("ai-agents"),
        Optional.of("alice"),
        List.of(passedOnBy));
  }

  private static Pending request(StoredApprovals gateway, Subject subject, Exhibit... exhibits) {
    return gateway.request(
        new FrozenCommand("DELETE FROM orders", List.of(), "orders", subject, "policy-1"),
        "session-1",
        new ApprovalDemand(Set.of(Set.of("dba-approvers")), HOUR),
        List.of(new MatchedRow("R", "SQL", 1, Verdict.APPROVE, "p", "r", "h", List.of())),
        List.of(exhibits));
  }

  private static Pending request(Subject subject) {
    return request(here, subject);
  }

  private static AnswerResult yes(Pending pending, Subject approver) {
    return here.answer(pending.id(), Answer.APPROVE, approver, pending.digest(), "fine");
  }

  private static State state(Pending pending) {
    return here.find(BOB, pending.id()).orElseThrow().state();
  }

  private static Optional<Why> why(AnswerResult result) {
    return result instanceof Refused refused ? Optional.of(refused.why()) : Optional.empty();
  }

  @Test
  void gw15_aYesCountsOnlyFromWhoWasShownTheVerySame() {
    Subject agent = agent();
    Pending pending = request(here, agent, new Exhibit("plan", Exhibit.Format.TEXT, "harmless"));
    Pending other = request(here, agent, new Exhibit("plan", Exhibit.Format.TEXT, "another"));
    here.view(BOB, other.id());
    here.view(human("carol", "dba-approvers"), pending.id());

    assertThat(why(yes(pending, BOB))).contains(Why.NOT_SEEN);

    there.view(BOB, pending.id());

    assertThat(yes(pending, BOB)).isInstanceOf(Recorded.class);
    assertThat(JOURNAL.events)
        .contains(
            new Event.ApprovalViewed(
                pending.id(),
                BOB,
                pending.digest(),
                here.viewDigest(here.find(BOB, pending.id()).orElseThrow())));
  }

  @Test
  void aNoSaysWhyAndNeedsNoLook() {
    Pending pending = request(agent());

    assertThat(why(here.answer(pending.id(), Answer.DENY, BOB, pending.digest(), " ")))
        .contains(Why.REASON_MISSING);
    assertThat(here.answer(pending.id(), Answer.DENY, BOB, pending.digest(), "kept for ten years"))
        .isInstanceOf(Recorded.class);
  }

  @Test
  void gw44_nobodyOfTheDelegationChainAnswers() {
    Pending pending = request(agent("dave", "erin"));

    for (String passedOn : List.of("alice", "dave", "erin")) {
      Subject approver = human(passedOn, "dba-approvers");
      here.view(approver, pending.id());
      assertThat(why(yes(pending, approver))).contains(Why.OWN_AGENT);
    }
    here.withdraw(pending.id(), "");
  }

  @Test
  void anAnswerIsSignedOverWhatWasAnsweredByWhomAndWhen() throws Exception {
    Pending pending = request(agent());
    here.view(BOB, pending.id());
    yes(pending, BOB);

    Approval approval = here.find(BOB, pending.id()).orElseThrow();
    SignedAnswer proof = here.signatures(approval).getFirst();
    var vote =
        new Vote(pending.id(), BOB, ApprovalVoted.Vote.YES, pending.digest(), proof.view(), "fine");

    assertThat(verifies(proof, vote)).isTrue();
    assertThat(
            verifies(
                proof,
                new Vote(
                    pending.id(),
                    human("mallory"),
                    ApprovalVoted.Vote.YES,
                    pending.digest(),
                    proof.view(),
                    "fine")))
        .isFalse();
    assertThat(JOURNAL.events)
        .contains(
            new ApprovalVoted(
                pending.id(),
                BOB,
                ApprovalVoted.Vote.YES,
                pending.digest(),
                proof.view(),
                proof.at(),
                "fine",
                proof.key(),
                proof.signature()));
  }

  private static boolean verifies(SignedAnswer proof, Vote vote) throws Exception {
    Base64.Decoder base64 = Base64.getDecoder();
    Signature signature = Signature.getInstance("Ed25519");
    signature.initVerify(
        KeyFactory.getInstance("Ed25519")
            .generatePublic(new X509EncodedKeySpec(base64.decode(proof.key()))));
    signature.update(AnswerSigner.form(vote, proof.at()));
    return signature.verify(base64.decode(proof.signature()));
  }

  @Test
  void theKeyStaysTheSameOverRestartsAndIsNobodyElses(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("answers.key");
    var vote = new Vote("A", BOB, ApprovalVoted.Vote.YES, "d", "v", "c");
    var now = java.time.Instant.EPOCH;

    AnswerSignature first = AnswerSigner.in(file).sign(vote, now);

    assertThat(AnswerSigner.in(file).sign(vote, now)).isEqualTo(first);
    assertThat(Files.getPosixFilePermissions(file))
        .containsExactlyInAnyOrder(
            java.nio.file.attribute.PosixFilePermission.OWNER_READ,
            java.nio.file.attribute.PosixFilePermission.OWNER_WRITE);
    Files.writeString(file, "no key\n");
    assertThatThrownBy(() -> AnswerSigner.in(file)).hasMessageContaining("holds no Ed25519");
  }

  @Test
  void gw43_whatCannotBeRecordedDoesNotCount() {
    Pending pending = request(agent());
    here.view(BOB, pending.id());
    JOURNAL.full(true);
    try {
      assertThatThrownBy(() -> yes(pending, BOB)).isInstanceOf(JournalException.class);
    } finally {
      JOURNAL.full(false);
    }

    assertThat(state(pending)).isEqualTo(State.WAITING);
    assertThat(yes(pending, BOB)).isInstanceOf(Recorded.class);
  }

  @Test
  void gw19_whatWasApprovedIsExecutedOrFailedOnce() {
    Pending ran = request(agent());
    Pending failed = request(agent());
    Pending waiting = request(agent());
    for (Pending pending : List.of(ran, failed)) {
      here.view(BOB, pending.id());
      yes(pending, BOB);
    }

    there.executed(ran.id());
    there.failed(ran.id(), "08006");
    here.failed(failed.id(), "55P03");
    here.executed(failed.id());
    here.executed(waiting.id());

    assertThat(state(ran)).isEqualTo(State.EXECUTED);
    assertThat(here.find(BOB, failed.id()).orElseThrow().run().orElseThrow().error())
        .isEqualTo("55P03");
    assertThat(state(waiting)).isEqualTo(State.WAITING);
    for (String sql :
        List.of(
            "UPDATE approval SET state = 'APPROVED', ran_at = NULL WHERE id = '" + ran.id() + "'",
            "UPDATE approval SET state = 'EXECUTED', ran_at = now(), approver = '{}',"
                + " decided_at = now() WHERE id = '"
                + waiting.id()
                + "'",
            "UPDATE approval_signature SET signature = ''",
            "DELETE FROM approval_view")) {
      assertThatThrownBy(() -> database.jdbi().useHandle(handle -> handle.execute(sql)))
          .as(sql)
          .hasMessageMatching("(?s).*(already|only ever added to).*");
    }
    here.withdraw(waiting.id(), "");
  }

  @Test
  void anApprovedCommandOfAGatewayThatDiedIsNotLeftStanding() {
    Pending pending = request(agent());
    here.view(BOB, pending.id());
    yes(pending, BOB);
    // As if it had been held by a process that says nothing any more.
    database
        .jdbi()
        .useHandle(
            handle -> {
              handle.execute("ALTER TABLE approval DISABLE TRIGGER USER");
              handle.execute(
                  "UPDATE approval SET waiter = gen_random_uuid() WHERE id = ?", pending.id());
              handle.execute("ALTER TABLE approval ENABLE TRIGGER USER");
            });

    await().untilAsserted(() -> assertThat(state(pending)).isEqualTo(State.FAILED));
  }

  @Test
  void aSecondGroupMayAnswerWhatNobodyAnswered() {
    Subject lead = human("lead", "dba-leads");
    Pending pending = request(agent());
    assertThat(here.view(lead, pending.id())).isEmpty();

    try (var escalating =
        gateway(ApprovalLimits.DEFAULT.escalating("dba-leads", Duration.ofMillis(1)))) {
      await().until(() -> escalating.view(lead, pending.id()).isPresent());
      assertThat(escalating.list(lead, Optional.of(State.WAITING)))
          .extracting(Approval.Summary::id)
          .contains(pending.id());
      assertThat(yes(pending, lead)).isInstanceOf(Recorded.class);
    }
  }

  @Test
  void gw20_oneAnswerServesWhatLooksTheSameAndNothingElse() {
    Subject agent = agent();
    Pending one = request(agent);
    Pending same = request(there, agent);
    Pending otherPlan = request(here, agent, new Exhibit("plan", Exhibit.Format.TEXT, "x"));
    Pending otherAgent = request(agent());
    here.view(BOB, one.id());
    yes(one, BOB);

    List<String> also =
        here.answerIdentical(here.find(BOB, one.id()).orElseThrow(), Answer.APPROVE, BOB, "fine");

    assertThat(also).containsExactly(same.id());
    assertThat(state(otherPlan)).isEqualTo(State.WAITING);
    assertThat(state(otherAgent)).isEqualTo(State.WAITING);
    here.withdraw(otherPlan.id(), "");
    here.withdraw(otherAgent.id(), "");
  }

  /** A thousand requests, ten answers at once to each: yes, no, gone, and the door that runs it. */
  @Test
  void gw19_tenThousandRacesRunNothingTwiceAndNothingElse() throws InterruptedException {
    Map<String, AtomicInteger> executions = new ConcurrentHashMap<>();
    List<String> altered = Collections.synchronizedList(new ArrayList<>());
    List<Pending> pendings = new ArrayList<>();
    List<Runnable> race = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      StoredApprovals door = i % 2 == 0 ? here : there;
      Pending pending = request(door, agent());
      pendings.add(pending);
      var _ =
          pending
              .outcome()
              .thenAccept(
                  outcome -> {
                    if (outcome instanceof Outcome.Approved(Subject _, String _, String digest)) {
                      executions
                          .computeIfAbsent(pending.id(), id -> new AtomicInteger())
                          .incrementAndGet();
                      if (!digest.equals(pending.digest())) {
                        altered.add(pending.id());
                      }
                      door.executed(pending.id());
                    }
                  });
      race(race, pending, door);
    }
    // All have looked before: the view is the same for each of them.
    Collections.shuffle(race, new java.util.Random(4711));
    try (var threads = Executors.newFixedThreadPool(16)) {
      race.forEach(threads::execute);
      threads.shutdown();
      assertThat(threads.awaitTermination(5, TimeUnit.MINUTES)).isTrue();
    }

    await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> pendings.stream().allMatch(p -> p.outcome().toCompletableFuture().isDone()));
    await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> count("state IN ('WAITING', 'APPROVED')", pendings) == 0);
    assertThat(altered).isEmpty();
    assertThat(executions.values()).allMatch(times -> times.get() == 1);
    assertThat(count("state = 'EXECUTED'", pendings)).isEqualTo(executions.size());
    assertThat(executions).isNotEmpty().hasSizeLessThan(1000);
  }

  private static void race(List<Runnable> race, Pending pending, StoredApprovals door) {
    for (int i = 0; i < 3; i++) {
      Subject approver = human("approver-" + i, "dba-approvers");
      race.add(
          () -> {
            there.view(approver, pending.id());
            yes(pending, approver);
          });
      race.add(
          () -> there.answer(pending.id(), Answer.APPROVE, approver, "0".repeat(64), "altered"));
    }
    race.add(() -> there.answer(pending.id(), Answer.DENY, BOB, pending.digest(), "no"));
    race.add(() -> here.answer(pending.id(), Answer.DENY, BOB, pending.digest(), "no"));
    race.add(() -> door.withdraw(pending.id(), "the client has left"));
    race.add(() -> here.executed(pending.id() + "x"));
  }

  private static int count(String condition, List<Pending> among) {
    return database
        .jdbi()
        .withHandle(
            handle ->
                handle
                    .createQuery(
                        "SELECT count(*) FROM approval WHERE id = ANY (:ids) AND " + condition)
                    .bindArray("ids", String.class, among.stream().map(Pending::id).toList())
                    .mapTo(Integer.class)
                    .one());
  }

  @Test
  void gw19_ofManyThatComeAgainAtAnyGatewayOneGetsTheYes() throws Exception {
    Subject agent = agent();
    FrozenCommand command =
        new FrozenCommand("DELETE FROM orders", List.of(), "orders", agent, "policy-1");
    Pending pending = request(agent);
    assertThat(here.keep(pending.id(), "as it was")).isTrue();
    Approvals.Kept waits = there.kept(command).orElseThrow();
    assertThat(waits.pending().outcome().toCompletableFuture().isDone()).isFalse();
    assertThat(there.take(pending.id())).isFalse();
    here.view(BOB, pending.id());
    assertThat(yes(pending, BOB)).isInstanceOf(Recorded.class);

    Approvals.Kept answered = there.kept(command).orElseThrow();
    AtomicInteger taken = new AtomicInteger();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 32; i++) {
        StoredApprovals gateway = i % 2 == 0 ? here : there;
        var _ = threads.submit(() -> gateway.take(pending.id()) ? taken.incrementAndGet() : 0);
      }
    }

    assertThat(answered.objects()).isEqualTo("as it was");
    assertThat(answered.pending().outcome().toCompletableFuture().join())
        .isEqualTo(new Outcome.Approved(BOB, "fine", pending.digest()));
    assertThat(taken).hasValue(1);
    assertThat(there.kept(command)).isEmpty();
    there.executed(pending.id());
    assertThat(state(pending)).isEqualTo(State.EXECUTED);
  }

  @Test
  void whatIsKeptOutlivesTheGatewayThatFiledIt() {
    Subject agent = agent();
    StoredApprovals leaving = gateway(ApprovalLimits.DEFAULT);
    Pending pending = request(leaving, agent);
    assertThat(leaving.keep(pending.id(), "")).isTrue();

    leaving.close();

    assertThat(state(pending)).isEqualTo(State.WAITING);
    assertThat(
            here.kept(new FrozenCommand("DELETE FROM orders", List.of(), "orders", agent, "other")))
        .isEmpty();
    here.view(BOB, pending.id());
    assertThat(yes(pending, BOB)).isInstanceOf(Recorded.class);
    assertThat(there.take(pending.id())).isTrue();
  }
}

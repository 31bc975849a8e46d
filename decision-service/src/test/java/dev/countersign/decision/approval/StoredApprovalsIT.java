package dev.countersign.decision.approval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.countersign.audit.event.Event.ApprovalVoted;
import dev.countersign.decision.approval.AnswerResult.Recorded;
import dev.countersign.decision.approval.AnswerResult.Refused;
import dev.countersign.decision.approval.AnswerResult.Unknown;
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
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two gateways on one real PostgreSQL. */
final class StoredApprovalsIT {

  private static final Duration HOUR = Duration.ofHours(1);
  private static final URI URL = URI.create("https://gate.example");

  private static final PaperJournal JOURNAL = new PaperJournal();
  private static final AnswerSigner SIGNER = AnswerSigner.passing();

  private static final AtomicInteger AGENTS = new AtomicInteger();

  private static StateDatabase state;
  private static Database database;
  private static StoredApprovals here;
  private static StoredApprovals there;

  @BeforeAll
  static void start() throws IOException {
    state = StateDatabase.start();
    database = state.database();
    here = StoredApprovals.open(database, URL, ApprovalLimits.DEFAULT, JOURNAL, SIGNER);
    there = StoredApprovals.open(database, URL, ApprovalLimits.DEFAULT, JOURNAL, SIGNER);
  }

  @AfterAll
  static void stop() throws IOException {
    here.close();
    there.close();
    state.close();
  }

  private static Subject agent() {
    int number = AGENTS.incrementAndGet();
    return new Subject(
        "https://i",
        "id-" + number,
        "agent-" + number,
        Subject.Kind.AGENT,
        Set.of("ai-agents"),
        Optional.of("alice"));
  }

  private static Subject human(String id, String... groups) {
    return new Subject("https://i", id, id, Subject.Kind.HUMAN, Set.of(groups), Optional.empty());
  }

  private static final Subject BOB = human("bob", "dba-approvers");

  private static FrozenCommand command(Subject subject, String text) {
    return new FrozenCommand(
        text,
        List.of(new FrozenCommand.Parameter(23, 0, Optional.of("3432"))),
        "orders",
        subject,
        "policy-1");
  }

  private static Pending request(StoredApprovals approvals, Subject subject, Duration expiry) {
    return approvals.request(
        command(subject, "DELETE FROM orders WHERE id = $1"),
        "session-1",
        new ApprovalDemand(Set.of(Set.of("dba-approvers")), expiry),
        List.of(
            new MatchedRow(
                "SQL-014",
                "SQL",
                14,
                Verdict.APPROVE,
                "DELETE public.orders",
                "deletions need a look",
                "ask first",
                List.of("AC-3"))));
  }

  /** A difference of a push alone is as long as any command may be. */
  @Test
  void asksAboutAsMuchAsAHumanReadsAtOnce() {
    Pending asked = request("-".repeat(300 << 10));
    Pending tooMuch = request("-".repeat((1 << 20) + 1));

    assertThat(asked.outcome().toCompletableFuture()).isNotDone();
    assertThat(tooMuch.outcome().toCompletableFuture())
        .isCompletedWithValue(
            new Outcome.Withdrawn(
                "there is more to look at than a human reads at once; ask for it in parts"));
    here.withdraw(asked.id(), "seen");
  }

  private static Pending request(String difference) {
    return here.request(
        command(agent(), "push"),
        "session-1",
        new ApprovalDemand(Set.of(Set.of("dba-approvers")), Duration.ofMinutes(1)),
        List.of(
            new MatchedRow(
                "GIT-005", "Git", 5, Verdict.APPROVE, "push", "a look", "ask", List.of())),
        List.of(new Exhibit("Difference", Exhibit.Format.DIFF, difference)));
  }

  /** Looks, as one must, and answers. */
  private static AnswerResult say(
      StoredApprovals gateway,
      String id,
      Answer answer,
      Subject approver,
      String digest,
      String comment) {
    gateway.view(approver, id);
    return gateway.answer(id, answer, approver, digest, comment);
  }

  private static Outcome outcome(Pending pending) {
    try {
      return pending.outcome().toCompletableFuture().get(10, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError("no outcome of " + pending.id(), e);
    }
  }

  @Test
  void anAnswerGivenThereReachesWhoWaitsHereWithinASecond() throws ExecutionException {
    Subject agent = agent();
    Pending pending = request(here, agent, HOUR);
    assertThat(pending.url())
        .isEqualTo(URI.create("https://gate.example/approvals/" + pending.id()));
    assertThat(pending.expires())
        .isBetween(Instant.now().plusSeconds(3590), Instant.now().plusSeconds(3610));

    Instant answered = Instant.now();
    AnswerResult result =
        say(there, pending.id(), Answer.APPROVE, BOB, pending.digest(), "go ahead");

    assertThat(result).isInstanceOf(Recorded.class);
    assertThat(outcome(pending)).isEqualTo(new Outcome.Approved(BOB, "go ahead", pending.digest()));
    assertThat(Duration.between(answered, Instant.now())).isLessThan(Duration.ofSeconds(1));
    Approval stored = here.find(BOB, pending.id()).orElseThrow();
    assertThat(stored.state()).isEqualTo(State.APPROVED);
    assertThat(stored.command()).isEqualTo(command(agent, "DELETE FROM orders WHERE id = $1"));
    assertThat(stored.digest()).isEqualTo(CommandDigest.of(stored.command()));
    assertThat(stored.ending().orElseThrow().by()).contains(BOB);
  }

  @Test
  void aDenialReachesWhoWaits() {
    Pending pending = request(here, agent(), HOUR);

    say(there, pending.id(), Answer.DENY, BOB, pending.digest(), "not today");

    assertThat(outcome(pending)).isEqualTo(new Outcome.Denied(BOB, "not today"));
  }

  @Test
  void gw19_ofManyConcurrentAnswersExactlyOneCounts()
      throws InterruptedException, ExecutionException {
    for (int round = 0; round < 20; round++) {
      Pending pending = request(here, agent(), HOUR);
      List<Callable<AnswerResult>> answers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        StoredApprovals gateway = i % 2 == 0 ? here : there;
        Answer answer = i < 2 ? Answer.APPROVE : Answer.DENY;
        Subject approver = human("approver-" + i, "dba-approvers");
        answers.add(
            () -> say(gateway, pending.id(), answer, approver, pending.digest(), answer.name()));
      }
      List<Approval> recorded = new ArrayList<>();
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (Future<AnswerResult> result : threads.invokeAll(answers)) {
          switch (result.get()) {
            case Recorded(Approval approval) -> recorded.add(approval);
            case Refused(Why why, String message) -> {
              assertThat(why).isEqualTo(Why.ALREADY_DECIDED);
              assertThat(message).contains(pending.id(), "already");
            }
            case Unknown() -> throw new AssertionError("it is there");
          }
        }
      }
      assertThat(recorded).hasSize(1);
      switch (outcome(pending)) {
        case Outcome.Approved approved ->
            assertThat(recorded.getFirst().state()).isEqualTo(State.APPROVED);
        case Outcome.Denied denied ->
            assertThat(recorded.getFirst().state()).isEqualTo(State.DENIED);
        case Outcome.Expired expired -> throw new AssertionError(expired);
        case Outcome.Withdrawn withdrawn -> throw new AssertionError(withdrawn);
      }
    }
  }

  @Test
  void gw19_expiresByTheDatabasesClock() {
    Pending pending = request(here, agent(), Duration.ofMillis(300));

    assertThat(outcome(pending)).isEqualTo(new Outcome.Expired());
    assertThat(say(there, pending.id(), Answer.APPROVE, BOB, pending.digest(), ""))
        .isEqualTo(new Refused(Why.ALREADY_DECIDED, pending.id() + " is expired already"));
  }

  @Test
  void gw19_anAnswerAfterTheTimeDoesNotCountThoughNobodySweptYet() {
    Subject agent = agent();
    var table = new ApprovalTable(database.jdbi());
    var answers = new AnswerTable(database.jdbi());
    FrozenCommand command = command(agent, "DELETE FROM orders");
    String digest = CommandDigest.of(command);
    Optional<ApprovalTable.Filed> filed =
        table.file(
            new ApprovalTable.Filing(
                "A-LATE0000",
                digest,
                command,
                "s",
                UUID.randomUUID(),
                new ApprovalDemand(Set.of(Set.of("dba-approvers")), Duration.ofMillis(1)),
                List.of(new MatchedRow("R", "SQL", 1, Verdict.APPROVE, "p", "r", "h", List.of())),
                List.of(),
                Optional.empty(),
                false),
            20,
            _ -> {});
    await().until(() -> Instant.now().isAfter(filed.orElseThrow().expires().plusMillis(5)));

    var late = new Vote("A-LATE0000", BOB, ApprovalVoted.Vote.YES, digest, "", "");
    assertThat(answers.approve(late, now -> SIGNER.sign(late, now)))
        .isEqualTo(AnswerTable.Counted.TOO_LATE);
    assertThat(answers.deny(late, now -> SIGNER.sign(late, now)))
        .isEqualTo(AnswerTable.Counted.TOO_LATE);
  }

  @Test
  void gw19_withdrawnIsFinal() {
    Pending pending = request(here, agent(), HOUR);

    here.withdraw(pending.id(), "the client went away");

    assertThat(outcome(pending)).isEqualTo(new Outcome.Withdrawn("the client went away"));
    assertThat(say(there, pending.id(), Answer.APPROVE, BOB, pending.digest(), ""))
        .isInstanceOf(Refused.class);
    here.withdraw(pending.id(), "again");
    assertThat(here.find(BOB, pending.id()).orElseThrow().ending().orElseThrow().comment())
        .isEqualTo("the client went away");
  }

  @Test
  void gw19_theDatabaseItselfKeepsWhatIsDecidedAndWhatWasAsked() {
    Pending pending = request(here, agent(), HOUR);
    assertThatThrownBy(
            () -> update("UPDATE approval SET statement = 'DROP TABLE orders'", pending.id()))
        .hasMessageContaining("frozen");

    say(here, pending.id(), Answer.DENY, BOB, pending.digest(), "no");

    assertThatThrownBy(() -> update("UPDATE approval SET state = 'APPROVED'", pending.id()))
        .hasMessageContaining("already");
  }

  private static void update(String sql, String id) {
    database.jdbi().useHandle(handle -> handle.execute(sql + " WHERE id = ?", id));
  }

  @Test
  void gw15_anAnswerAboutAnotherCommandDoesNotCount() {
    Pending pending = request(here, agent(), HOUR);
    String other = CommandDigest.of(command(agent(), "DELETE FROM orders"));

    AnswerResult result = say(here, pending.id(), Answer.APPROVE, BOB, other, "");

    assertThat(result)
        .isInstanceOfSatisfying(
            Refused.class, refused -> assertThat(refused.why()).isEqualTo(Why.DIGEST_MISMATCH));
    assertThat(here.find(BOB, pending.id()).orElseThrow().state()).isEqualTo(State.WAITING);
    here.withdraw(pending.id(), "");
  }

  @Test
  void gw44_onlyAnotherHumanOfTheGroupAnswers() {
    Subject agent = agent();
    Pending pending = request(here, agent, HOUR);
    Subject otherAgent =
        new Subject(
            "https://i",
            "spy",
            "spy",
            Subject.Kind.AGENT,
            Set.of("dba-approvers"),
            Optional.empty());

    assertThat(why(pending, agent)).isEqualTo("NOT_HUMAN");
    assertThat(why(pending, human("alice", "dba-approvers"))).isEqualTo("OWN_AGENT");
    assertThat(why(pending, human("mallory", "developers"))).isEqualTo("Unknown");
    assertThat(why(pending, otherAgent)).isEqualTo("Unknown");
    assertThat(here.find(BOB, pending.id()).orElseThrow().state()).isEqualTo(State.WAITING);

    Subject person = human("carol", "dba-approvers");
    Pending own = request(here, person, HOUR);
    assertThat(why(own, person)).isEqualTo("OWN_REQUEST");
    here.withdraw(own.id(), "");
    here.withdraw(pending.id(), "");
  }

  private static Pending requestOfTwo(Subject subject) {
    return here.request(
        command(subject, "DROP TABLE orders"),
        "session-1",
        new ApprovalDemand(Set.of(Set.of("dba-approvers")), 2, HOUR),
        List.of(new MatchedRow("R", "SQL", 1, Verdict.APPROVE, "p", "r", "h", List.of())));
  }

  @Test
  void gw44_aQuorumIsDifferentPeopleEachOnce() {
    Subject agent = agent();
    Pending pending = requestOfTwo(agent);

    assertThat(say(there, pending.id(), Answer.APPROVE, BOB, pending.digest(), "first"))
        .isInstanceOfSatisfying(
            Recorded.class,
            recorded -> {
              assertThat(recorded.approval().state()).isEqualTo(State.WAITING);
              assertThat(recorded.approval().summary().saidYes()).isEqualTo(1);
            });
    assertThat(why(pending, BOB)).isEqualTo("ALREADY_ANSWERED");
    Subject bobElsewhere =
        new Subject(
            "https://other", "bob", "b", Subject.Kind.HUMAN, BOB.groups(), Optional.empty());
    assertThat(why(pending, bobElsewhere)).isEqualTo("ALREADY_ANSWERED");
    assertThat(why(pending, human("alice", "dba-approvers"))).isEqualTo("OWN_AGENT");
    assertThat(why(pending, agent)).isEqualTo("NOT_HUMAN");
    assertThat(pending.outcome().toCompletableFuture()).isNotDone();

    Subject carol = human("carol", "dba-approvers");
    say(here, pending.id(), Answer.APPROVE, carol, pending.digest(), "second");

    assertThat(outcome(pending)).isEqualTo(new Outcome.Approved(carol, "second", pending.digest()));
    assertThat(here.find(BOB, pending.id()).orElseThrow().yes())
        .extracting(Approval.Yes::by)
        .containsExactly(BOB, carol);
  }

  @Test
  void oneNoEndsWhatNeedsTwo() {
    Pending pending = requestOfTwo(agent());
    say(here, pending.id(), Answer.APPROVE, BOB, pending.digest(), "");

    say(there, pending.id(), Answer.DENY, human("dave", "dba-approvers"), pending.digest(), "no");

    assertThat(outcome(pending)).isInstanceOf(Outcome.Denied.class);
  }

  @Test
  void gw19_ofManyConcurrentAnswersTwoMakeAQuorumOfTwo() throws Exception {
    for (int round = 0; round < 10; round++) {
      Pending pending = requestOfTwo(agent());
      List<Callable<AnswerResult>> answers = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        StoredApprovals gateway = i % 2 == 0 ? here : there;
        Subject approver = human("approver-" + i / 2, "dba-approvers");
        answers.add(
            () -> say(gateway, pending.id(), Answer.APPROVE, approver, pending.digest(), ""));
      }
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        threads.invokeAll(answers);
      }
      Approval after = here.find(BOB, pending.id()).orElseThrow();
      assertThat(after.state()).isEqualTo(State.APPROVED);
      assertThat(after.yes().stream().map(yes -> yes.by().id()).distinct()).hasSize(2);
      assertThat(after.yes()).hasSize(2);
    }
  }

  @Test
  void gw19_theDatabaseItselfKeepsTheQuorum() {
    Pending pending = requestOfTwo(agent());
    say(here, pending.id(), Answer.APPROVE, BOB, pending.digest(), "");

    assertThatThrownBy(() -> update("UPDATE approval SET quorum = 1", pending.id()))
        .hasMessageContaining("frozen");
    assertThatThrownBy(
            () ->
                update(
                    "UPDATE approval SET state = 'APPROVED', decided_at = now(), approver = '{}'",
                    pending.id()))
        .hasMessageContaining("needs 2 people");
    here.withdraw(pending.id(), "");
  }

  private static String why(Pending pending, Subject approver) {
    return switch (say(here, pending.id(), Answer.APPROVE, approver, pending.digest(), "")) {
      case Recorded recorded -> throw new AssertionError(recorded.approval().id());
      case Refused refused -> refused.why().name();
      case Unknown unknown -> "Unknown";
    };
  }

  @Test
  void gw44_listsShowToEachWhatConcernsThem() {
    Subject agent = agent();
    Pending pending = request(here, agent, HOUR);

    assertThat(ids(here.list(agent, Optional.empty()))).containsExactly(pending.id());
    assertThat(ids(here.list(BOB, Optional.of(State.WAITING)))).contains(pending.id());
    assertThat(ids(here.list(BOB, Optional.of(State.DENIED)))).doesNotContain(pending.id());
    assertThat(here.list(human("alice"), Optional.empty())).isEmpty();
    assertThat(here.list(human("mallory", "developers"), Optional.empty())).isEmpty();
    assertThat(here.find(human("mallory", "developers"), pending.id())).isEmpty();
    assertThat(here.find(BOB, " " + pending.id().toLowerCase(java.util.Locale.ROOT))).isPresent();
    here.withdraw(pending.id(), "");
  }

  private static List<String> ids(List<Approval.Summary> summaries) {
    return summaries.stream().map(Approval.Summary::id).toList();
  }

  @Test
  void gw20_aSubjectHasAtMostTwentyWaiting() throws InterruptedException, ExecutionException {
    Subject agent = agent();
    List<Callable<Pending>> requests = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      StoredApprovals gateway = i % 2 == 0 ? here : there;
      requests.add(() -> request(gateway, agent, HOUR));
    }
    List<Pending> pendings = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Pending> pending : threads.invokeAll(requests)) {
        pendings.add(pending.get());
      }
    }

    List<Pending> refused =
        pendings.stream().filter(p -> p.outcome().toCompletableFuture().isDone()).toList();
    assertThat(refused).hasSize(5);
    assertThat(outcome(refused.getFirst()))
        .isEqualTo(
            new Outcome.Withdrawn(agent.name() + " has 20 commands waiting for approval already"));
    Pending someoneElses = request(here, agent(), HOUR);
    assertThat(someoneElses.outcome().toCompletableFuture()).isNotDone();
    pendings.forEach(p -> here.withdraw(p.id(), ""));
    here.withdraw(someoneElses.id(), "");
  }

  @Test
  void gw21_whatNobodyWouldReadIsRefused() {
    Pending pending =
        here.request(
            command(agent(), "SELECT '" + "x".repeat(300_000) + "'"),
            "s",
            new ApprovalDemand(Set.of(Set.of("dba-approvers")), HOUR),
            List.of(new MatchedRow("R", "SQL", 1, Verdict.APPROVE, "p", "r", "h", List.of())));

    assertThat(outcome(pending)).isInstanceOf(Outcome.Withdrawn.class);
  }

  @Test
  void whatAGatewayThatDiedHeldIsWithdrawn() {
    Subject agent = agent();
    var dead = new ApprovalTable(database.jdbi());
    UUID waiter = UUID.randomUUID();
    dead.heartbeat(waiter);
    database
        .jdbi()
        .useHandle(
            handle ->
                handle.execute(
                    "UPDATE approval_waiter SET seen_at = seen_at - interval '1 minute' WHERE id ="
                        + " ?",
                    waiter));
    FrozenCommand command = command(agent, "DELETE FROM orders");
    dead.file(
        new ApprovalTable.Filing(
            "A-0RPHAN00",
            CommandDigest.of(command),
            command,
            "s",
            waiter,
            new ApprovalDemand(Set.of(Set.of("dba-approvers")), HOUR),
            List.of(new MatchedRow("R", "SQL", 1, Verdict.APPROVE, "p", "r", "h", List.of())),
            List.of(),
            Optional.empty(),
            false),
        20,
        _ -> {});

    await()
        .untilAsserted(
            () ->
                assertThat(here.find(BOB, "A-0RPHAN00").orElseThrow().state())
                    .isEqualTo(State.WITHDRAWN));
  }

  @Test
  void aGatewayThatStopsWithdrawsWhatItHolds() {
    var leaving = StoredApprovals.open(database, URL, ApprovalLimits.DEFAULT, JOURNAL, SIGNER);
    Pending pending = request(leaving, agent(), HOUR);

    leaving.close();

    assertThat(outcome(pending)).isEqualTo(new Outcome.Withdrawn("the gateway stops"));
    assertThat(here.find(BOB, pending.id()).orElseThrow().state()).isEqualTo(State.WITHDRAWN);
  }

  @Test
  void answersArriveAfterTheListenersConnectionWasLost() {
    Pending pending = request(here, agent(), HOUR);
    database
        .jdbi()
        .useHandle(
            handle ->
                handle.execute(
                    """
                    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE query LIKE 'LISTEN%' AND pid <> pg_backend_pid()
                    """));

    database
        .jdbi()
        .useHandle(
            handle ->
                handle.execute(
                    """
                    UPDATE approval SET state = 'WITHDRAWN', decided_at = clock_timestamp(),
                      comment = 'by hand' WHERE id = ?
                    """,
                    pending.id()));

    assertThat(outcome(pending)).isEqualTo(new Outcome.Withdrawn("by hand"));
  }

  @Test
  void gw43_nobodyWaitsForEverWhileTheDatabaseIsAway() throws IOException {
    EmbeddedPostgres failing =
        EmbeddedPostgres.builder().setPGStartupWait(Duration.ofMinutes(1)).start();
    try (Database away = StateDatabase.open(failing);
        var approvals = StoredApprovals.open(away, URL, ApprovalLimits.DEFAULT, JOURNAL, SIGNER)) {
      Pending pending = request(approvals, agent(), Duration.ofSeconds(1));

      failing.close();

      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> pending.outcome().toCompletableFuture().isDone());
      assertThat(outcome(pending)).isEqualTo(new Outcome.Expired());
    }
  }

  @Test
  void theOutcomeCannotBeForgedByWhoWaits() {
    Pending pending = request(here, agent(), HOUR);
    pending.outcome().toCompletableFuture().complete(new Outcome.Approved(BOB, "", ""));
    CompletableFuture<Outcome> another = pending.outcome().toCompletableFuture();

    assertThat(another).isNotDone();
    here.withdraw(pending.id(), "");
  }

  @Test
  void gw45_errorsOfTheDatabaseDoNotTellTheCommand() {
    FrozenCommand command = command(agent(), "SELECT 'canary-4711'");
    var filing =
        new ApprovalTable.Filing(
            "A-CANARY00",
            "not a digest",
            command,
            "s",
            UUID.randomUUID(),
            new ApprovalDemand(Set.of(Set.of("dba-approvers")), HOUR),
            List.of(new MatchedRow("R", "SQL", 1, Verdict.APPROVE, "p", "r", "h", List.of())),
            List.of(),
            Optional.empty(),
            false);

    assertThatThrownBy(() -> new ApprovalTable(database.jdbi()).file(filing, 20, _ -> {}))
        .satisfies(
            e -> {
              var trace = new StringWriter();
              e.printStackTrace(new PrintWriter(trace, true));
              assertThat(trace.toString()).contains("digest").doesNotContain("canary-4711");
            });
  }

  @Test
  void aRequestFiledWhileTheGatewayStopsEnds() {
    var leaving = StoredApprovals.open(database, URL, ApprovalLimits.DEFAULT, JOURNAL, SIGNER);
    leaving.close();

    assertThat(outcome(request(leaving, agent(), HOUR)))
        .isEqualTo(new Outcome.Withdrawn("the gateway stops"));
  }

  @Test
  void aSecondStartFindsTheSchemaInPlace() {
    try (Database again = state.another()) {
      assertThat(again.isAlive()).isTrue();
    }
  }
}

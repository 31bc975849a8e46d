package dev.countersign.decision.grant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.SessionId;
import dev.countersign.decision.approval.AnswerSigner;
import dev.countersign.decision.approval.Approval;
import dev.countersign.decision.approval.ApprovalLimits;
import dev.countersign.decision.approval.StoredApprovals;
import dev.countersign.decision.credential.PaperJournal;
import dev.countersign.decision.grant.GrantResult.Denied;
import dev.countersign.decision.grant.GrantResult.Given;
import dev.countersign.decision.grant.GrantResult.Refused;
import dev.countersign.decision.grant.GrantResult.Waiting;
import dev.countersign.decision.identity.TokenVerifier.Credential;
import dev.countersign.decision.identity.TokenVerifier.SignIn;
import dev.countersign.decision.identity.TokenVerifier.VerifiedToken;
import dev.countersign.decision.session.Admission.Admitted;
import dev.countersign.decision.session.Admission.Visitor;
import dev.countersign.decision.session.GrantedAdmission;
import dev.countersign.decision.session.LiveSession;
import dev.countersign.decision.session.LiveSessions;
import dev.countersign.decision.session.NotAdmittedException;
import dev.countersign.decision.store.Database;
import dev.countersign.decision.store.StateDatabase;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.policy.Policy;
import dev.countersign.rules.policy.WorkbookPolicy;
import dev.countersign.rules.workbook.AccessRow;
import dev.countersign.rules.workbook.Hours;
import dev.countersign.rules.workbook.Particulars;
import dev.countersign.rules.workbook.Ruling;
import dev.countersign.rules.workbook.Scope;
import dev.countersign.rules.workbook.Workbook;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class GrantsIT {

  private static final Resource ORDERS =
      new Resource("orders", Resource.Kind.POSTGRES, Map.of("environment", "production"));
  private static final Subject BOB = person("bob", "owners");
  private static final Instant FAR = Instant.parse("2100-01-01T00:00:00Z");

  private static StateDatabase state;
  private static Database database;
  private static StoredApprovals approvals;
  private static final PaperJournal JOURNAL = new PaperJournal();
  private static Policy policy;
  private static Grants grants;
  private static LiveSessions here;
  private static LiveSessions there;

  private int agents;

  @BeforeAll
  static void open() throws Exception {
    state = StateDatabase.start();
    database = state.database();
    approvals =
        StoredApprovals.open(
            database,
            URI.create("https://gate.example"),
            ApprovalLimits.DEFAULT,
            JOURNAL,
            AnswerSigner.passing());
    policy = new Policy(policy("first"));
    grants = new Grants(database, policy, approvals, JOURNAL);
    here = LiveSessions.open(database, JOURNAL, 3, grants::expire);
    there = LiveSessions.open(database, JOURNAL, 3, () -> {});
  }

  @AfterAll
  static void close() throws Exception {
    here.close();
    there.close();
    approvals.close();
    state.close();
  }

  private static WorkbookPolicy policy(String reason) {
    return new WorkbookPolicy(
        new Workbook(
            Map.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(
                row(2, reason, "insiders", true, Ruling.ALLOW),
                row(3, reason, "visitors", false, Ruling.ALLOW),
                row(
                    4,
                    reason,
                    "strangers",
                    false,
                    new Ruling.Approve(List.of("owners"), Duration.ofMinutes(5)))),
            List.of(),
            Map.of(),
            List.of()));
  }

  private static AccessRow row(
      int number, String reason, String group, boolean standing, Ruling ruling) {
    return new AccessRow(
        Particulars.of(number, "ACC-" + number, reason, "", List.of()),
        new Scope(List.of(group), "*", "*"),
        standing ? AccessRow.LONGEST : Duration.ofHours(4),
        standing,
        Hours.ALWAYS,
        ruling);
  }

  private static Subject person(String name, String group) {
    return new Subject(
        "https://issuer", name, name, Subject.Kind.HUMAN, Set.of(group), Optional.empty());
  }

  /** One that no other test has. */
  private Subject agent(String group) {
    String name = group + "-" + System.nanoTime() + "-" + agents++;
    return new Subject(
        "https://issuer", name, name, Subject.Kind.AGENT, Set.of(group), Optional.of("alice"));
  }

  private static GrantWish wish(GrantScope scope, boolean once) {
    return new GrantWish(
        ORDERS, Duration.ofMinutes(30), Optional.empty(), scope, once, "TICKET-12");
  }

  private static Grant given(Subject subject) {
    return ((Given) grants.request(subject, wish(GrantScope.ALL, false))).grant();
  }

  private static VerifiedToken token(Subject subject) {
    return new VerifiedToken(subject, FAR);
  }

  private static Admitted admit(
      LiveSessions sessions, VerifiedToken token, SessionId id, BlockingQueue<String> ended)
      throws NotAdmittedException {
    return new GrantedAdmission(grants, sessions)
        .admit(new Visitor(id, token, ORDERS, "127.0.0.1", "psql"), ended::add);
  }

  @Test
  void standingAccessIsWhereTheSheetSaysSoAndNowhereElse() {
    assertThat(grants.check(token(agent("insiders")), ORDERS))
        .isEqualTo(new Access.Open(Optional.empty(), GrantScope.ALL, FAR));
    assertThat(grants.check(token(agent("visitors")), ORDERS))
        .isEqualTo(
            new Access.Closed(
                "no grant lets you in to \"orders\" now",
                "Ask for one: countersign request orders --for 30m --reason …"));
    assertThat(grants.check(token(agent("nobodies")), ORDERS)).isInstanceOf(Access.Closed.class);
  }

  @Test
  void aGrantLetsInUntilItsEnd() {
    Subject agent = agent("visitors");

    Grant grant = given(agent);

    Access.Open open = (Access.Open) grants.check(token(agent), ORDERS);
    assertThat(open.grant()).contains(grant.id());
    assertThat(Duration.between(Instant.now(), open.until()))
        .isBetween(Duration.ofMinutes(28), Duration.ofMinutes(31));
    assertThat(grants.check(token(agent("visitors")), ORDERS)).isInstanceOf(Access.Closed.class);
    assertThat(JOURNAL.events)
        .anyMatch(
            event ->
                event instanceof Event.GrantGiven e
                    && e.grant().equals(grant.id())
                    && e.rule().equals("ACC-3"));
  }

  @Test
  void longerThanTheSheetGrantsIsDeniedWithWhatToAskFor() {
    GrantResult result =
        grants.request(
            agent("visitors"),
            new GrantWish(
                ORDERS, Duration.ofHours(5), Optional.empty(), GrantScope.ALL, false, "why"));

    assertThat(((Denied) result).row().hint()).isEqualTo("Ask for at most 4 h.");
  }

  @Test
  void aHumanSaysYesFirst() {
    Subject agent = agent("strangers");
    Waiting waiting = (Waiting) grants.request(agent, wish(GrantScope.ALL, false));
    assertThat(grants.check(token(agent), ORDERS)).isInstanceOf(Access.Closed.class);
    String id = waiting.grant().approval().orElseThrow();
    String digest = approvals.view(BOB, id).orElseThrow().digest();

    approvals.answer(id, StoredApprovals.Answer.APPROVE, BOB, digest, "fine");

    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> grants.check(token(agent), ORDERS) instanceof Access.Open);
    assertThat(grants.find(waiting.grant().id()).orElseThrow().approval()).contains(id);
  }

  @Test
  void aNoIsTheEndOfIt() {
    Subject agent = agent("strangers");
    Waiting waiting = (Waiting) grants.request(agent, wish(GrantScope.ALL, false));
    String id = waiting.grant().approval().orElseThrow();
    String digest = approvals.view(BOB, id).orElseThrow().digest();

    approvals.answer(id, StoredApprovals.Answer.DENY, BOB, digest, "not today");

    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> grants.find(waiting.grant().id()).orElseThrow().state() == Grant.State.DENIED);
    assertThat(grants.check(token(agent), ORDERS)).isInstanceOf(Access.Closed.class);
  }

  @Test
  void aYesUnderAnotherPolicyDoesNotCount() {
    Subject agent = agent("strangers");
    Waiting waiting = (Waiting) grants.request(agent, wish(GrantScope.ALL, false));
    String id = waiting.grant().approval().orElseThrow();
    String digest = approvals.view(BOB, id).orElseThrow().digest();
    policy.activate(policy("another"));

    approvals.answer(id, StoredApprovals.Answer.APPROVE, BOB, digest, "fine");

    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> grants.find(waiting.grant().id()).orElseThrow().ending().isPresent());
    assertThat(grants.find(waiting.grant().id()).orElseThrow().ending().orElseThrow().comment())
        .isEqualTo("the policy has changed meanwhile; ask again");
  }

  @Test
  void revokingEndsTheSessionsOfEveryGateway() throws Exception {
    Subject agent = agent("visitors");
    Grant grant = given(agent);
    BlockingQueue<String> ended = new LinkedBlockingQueue<>();
    Admitted one = admit(here, token(agent), SessionId.random(), ended);
    Admitted other = admit(there, token(agent), SessionId.random(), ended);

    grants.revoke(grant, BOB, "leaving");

    assertThat(ended.poll(20, TimeUnit.SECONDS))
        .isEqualTo("the grant " + grant.id() + " has ended");
    assertThat(ended.poll(20, TimeUnit.SECONDS)).isNotNull();
    assertThat(grants.check(token(agent), ORDERS)).isInstanceOf(Access.Closed.class);
    assertThat(grants.revoke(grant, BOB, "again")).isFalse();
    one.session().close();
    other.session().close();
  }

  @Test
  void aSessionEndsWithTheTimeOfItsGrant() throws Exception {
    Subject agent = agent("insiders");
    BlockingQueue<String> ended = new LinkedBlockingQueue<>();

    admit(here, new VerifiedToken(agent, Instant.now().plusSeconds(1)), SessionId.random(), ended);

    assertThat(ended.poll(20, TimeUnit.SECONDS)).isEqualTo("its time is over");
  }

  @Test
  void whatIsOverIsWrittenDown() {
    Subject agent = agent("visitors");
    Grant grant =
        ((Given)
                grants.request(
                    agent,
                    new GrantWish(
                        ORDERS,
                        Duration.ofMinutes(1),
                        Optional.of(Instant.now().minusSeconds(57)),
                        GrantScope.ALL,
                        false,
                        "why")))
            .grant();
    // It counts from when it was given; the end is brought near in the database.
    database
        .jdbi()
        .useHandle(
            handle ->
                handle.execute(
                    "UPDATE access_grant SET ends_at = clock_timestamp() + interval '1 s'"
                        + " WHERE id = ?",
                    grant.id()));

    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () ->
                assertThat(JOURNAL.events)
                    .contains(
                        new Event.GrantEnded(
                            grant.id(),
                            "orders",
                            Event.GrantEnded.End.EXPIRED,
                            Optional.empty(),
                            "")));
  }

  @Test
  void killingEndsASessionElsewhereAndIsOnTheRecordFirst() throws Exception {
    Subject agent = agent("insiders");
    SessionId id = SessionId.random();
    BlockingQueue<String> ended = new LinkedBlockingQueue<>();
    admit(there, token(agent), id, ended);

    assertThat(here.kill(id.value(), BOB, "looks wrong")).isTrue();

    assertThat(ended.poll(20, TimeUnit.SECONDS)).isEqualTo("killed: by bob: looks wrong");
    assertThat(JOURNAL.events).contains(new Event.SessionKilled(id, BOB, "looks wrong"));
    assertThat(here.kill("no-such-session", BOB, "x")).isFalse();
  }

  @Test
  void oneSessionIsOneSession() throws Exception {
    Subject agent = agent("visitors");
    grants.request(agent, wish(GrantScope.ALL, true));
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Boolean>> rush = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        rush.add(
            () -> {
              try {
                admit(here, token(agent), SessionId.random(), new LinkedBlockingQueue<>());
                return true;
              } catch (NotAdmittedException e) {
                return false;
              }
            });
      }

      int admitted = 0;
      for (Future<Boolean> one : threads.invokeAll(rush)) {
        admitted += one.get() ? 1 : 0;
      }

      assertThat(admitted).isEqualTo(1);
    }
  }

  @Test
  void gw40_aSubjectHasSoManySessionsAndNoMore() throws Exception {
    Subject agent = agent("insiders");
    List<Admitted> all = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      all.add(
          admit(
              i == 0 ? there : here,
              token(agent),
              SessionId.random(),
              new LinkedBlockingQueue<>()));
    }

    assertThatThrownBy(
            () -> admit(here, token(agent), SessionId.random(), new LinkedBlockingQueue<>()))
        .isInstanceOf(NotAdmittedException.class)
        .hasMessage("there are 3 sessions open already");
    assertThat(here.list()).extracting(LiveSession::subject).contains(agent);
    all.forEach(admitted -> admitted.session().close());
  }

  @Test
  void gw40_wishesHaveABound() {
    Subject agent = agent("visitors");
    for (int i = 0; i < 20; i++) {
      given(agent);
    }

    assertThat(grants.request(agent, wish(GrantScope.ALL, false))).isInstanceOf(Refused.class);
  }

  @Test
  void aCredentialOfAGrantOpensWithThatGrantOnly() {
    Subject agent = agent("visitors");
    Grant ended = given(agent);
    given(agent);
    grants.revoke(ended, BOB, "gone");
    VerifiedToken credential =
        new VerifiedToken(
            agent,
            FAR,
            SignIn.UNKNOWN,
            Optional.of(new Credential("c-1", Optional.of(ended.id()))));

    assertThat(grants.check(credential, ORDERS))
        .isEqualTo(
            new Access.Closed(
                "the grant " + ended.id() + " does not hold now",
                "Ask for one: countersign request orders --for 30m --reason …"));
  }

  @Test
  void extendingAsksThePolicyForAllOfIt() {
    Grant grant = given(agent("visitors"));

    assertThat(grants.extend(grant, ORDERS, Duration.ofHours(1))).isInstanceOf(Given.class);
    assertThat(grants.extend(grant, ORDERS, Duration.ofHours(4))).isInstanceOf(Denied.class);
  }

  @Test
  void gw43_whatCannotBeRecordedDoesNotHappen() {
    Subject agent = agent("visitors");
    JOURNAL.full(true);
    try {
      assertThatThrownBy(() -> grants.request(agent, wish(GrantScope.ALL, false)));
    } finally {
      JOURNAL.full(false);
    }
    assertThat(grants.check(token(agent), ORDERS)).isInstanceOf(Access.Closed.class);
  }

  @Test
  void gw19_theDatabaseItselfKeepsWhatHasEnded() {
    Grant grant = given(agent("visitors"));
    grants.revoke(grant, BOB, "gone");

    assertThatThrownBy(
            () ->
                database
                    .jdbi()
                    .useHandle(
                        handle ->
                            handle.execute(
                                "UPDATE access_grant SET state = 'GIVEN', ended_at = NULL"
                                    + " WHERE id = ?",
                                grant.id())))
        .hasStackTraceContaining("already");
  }

  /** What the journal says of one grant. */
  private static List<Event> recorded(String grant) {
    return JOURNAL.events.stream()
        .filter(
            event ->
                (event instanceof Event.GrantGiven given && given.grant().equals(grant))
                    || (event instanceof Event.GrantEnded ended && ended.grant().equals(grant)))
        .toList();
  }

  private static <T> List<T> atOnce(int times, Callable<T> call) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<T> results = new ArrayList<>();
      for (Future<T> one : threads.invokeAll(Collections.nCopies(times, call))) {
        results.add(one.get());
      }
      return results;
    }
  }

  @Test
  void gw19_ofManyThatUseOneSessionOneIsRecorded() throws Exception {
    Subject agent = agent("visitors");
    Grant grant = ((Given) grants.request(agent, wish(GrantScope.ALL, true))).grant();
    Access.Open open = (Access.Open) grants.check(token(agent), ORDERS);

    List<Boolean> begun = atOnce(8, () -> grants.begin(open));

    assertThat(begun).containsOnlyOnce(true);
    assertThat(recorded(grant.id()))
        .filteredOn(event -> event instanceof Event.GrantEnded)
        .containsExactly(
            new Event.GrantEnded(
                grant.id(), "orders", Event.GrantEnded.End.USED, Optional.empty(), ""));
  }

  @Test
  void gw19_revokingUsingAndExtendingAtOnceLeaveOneStoryOnTheRecord() throws Exception {
    for (int i = 0; i < 20; i++) {
      Subject agent = agent("visitors");
      Grant grant = ((Given) grants.request(agent, wish(GrantScope.ALL, true))).grant();
      Access.Open open = (Access.Open) grants.check(token(agent), ORDERS);
      List<Callable<Boolean>> rush =
          List.of(
              () -> grants.begin(open),
              () -> grants.revoke(grant, BOB, "leaving"),
              () -> grants.extend(grant, ORDERS, Duration.ofMinutes(5)) instanceof Given,
              () -> grants.extend(grant, ORDERS, Duration.ofMinutes(5)) instanceof Given);
      List<Boolean> worked = new ArrayList<>();
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (Future<Boolean> one : threads.invokeAll(rush)) {
          worked.add(one.get());
        }
      }

      Grant after = grants.find(grant.id()).orElseThrow();
      List<Event> story = recorded(grant.id());
      long extensions = worked.subList(2, 4).stream().filter(yes -> yes).count();
      assertThat(worked.subList(0, 2)).containsOnlyOnce(true);
      assertThat(story).filteredOn(Event.GrantEnded.class::isInstance).hasSize(1);
      assertThat(story)
          .filteredOn(Event.GrantGiven.class::isInstance)
          .hasSize(1 + (int) extensions);
      assertThat(after.state()).isEqualTo(worked.get(0) ? Grant.State.USED : Grant.State.REVOKED);
      assertThat(after.until()).isEqualTo(grant.until().plusSeconds(300 * extensions));
      assertThat(story.getLast()).isInstanceOf(Event.GrantEnded.class);
    }
  }

  @Test
  void twoExtensionsAtOnceAddUp() throws Exception {
    Grant grant = given(agent("visitors"));

    List<GrantResult> results =
        atOnce(2, () -> grants.extend(grant, ORDERS, Duration.ofMinutes(10)));

    assertThat(results).allMatch(Given.class::isInstance);
    assertThat(grants.find(grant.id()).orElseThrow().until())
        .isEqualTo(grant.until().plus(Duration.ofMinutes(20)));
  }

  @Test
  void nothingIsRecordedOfARevocationThatComesTooLate() {
    Grant grant = given(agent("visitors"));
    grants.revoke(grant, BOB, "first");
    List<Event> before = recorded(grant.id());

    assertThat(grants.revoke(grant, BOB, "second")).isFalse();
    assertThat(grants.extend(grant, ORDERS, Duration.ofMinutes(5))).isInstanceOf(Refused.class);

    assertThat(recorded(grant.id())).isEqualTo(before);
  }

  @Test
  void gw43_whatCannotBeRecordedDoesNotEndEither() {
    Subject agent = agent("visitors");
    Grant grant = given(agent);
    JOURNAL.full(true);
    try {
      assertThatThrownBy(() -> grants.revoke(grant, BOB, "gone"));
      assertThatThrownBy(() -> grants.extend(grant, ORDERS, Duration.ofMinutes(5)));
    } finally {
      JOURNAL.full(false);
    }

    Grant after = grants.find(grant.id()).orElseThrow();
    assertThat(after.state()).isEqualTo(Grant.State.GIVEN);
    assertThat(after.until()).isEqualTo(grant.until());
  }

  @Test
  void aWishTakenBackIsNotGivenByALateYes() {
    Subject agent = agent("strangers");
    Waiting waiting = (Waiting) grants.request(agent, wish(GrantScope.ALL, false));
    String approval = waiting.grant().approval().orElseThrow();
    grants.revoke(waiting.grant(), agent, "not needed");
    String digest = approvals.view(BOB, approval).orElseThrow().digest();

    approvals.answer(approval, StoredApprovals.Answer.APPROVE, BOB, digest, "fine");

    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> approvals.find(BOB, approval).orElseThrow().state() == Approval.State.FAILED);
    assertThat(recorded(waiting.grant().id())).noneMatch(Event.GrantGiven.class::isInstance);
  }

  @Test
  void aWishWhoseGatewayDiedEnds() {
    Subject agent = agent("strangers");
    Waiting waiting = (Waiting) grants.request(agent, wish(GrantScope.ALL, true));
    String approval = waiting.grant().approval().orElseThrow();
    // As if another gateway had filed it and had been silent since.
    database
        .jdbi()
        .useHandle(
            handle -> {
              handle.execute("ALTER TABLE approval DISABLE TRIGGER approval_guard");
              handle.execute(
                  "UPDATE approval SET waiter = gen_random_uuid() WHERE id = ?", approval);
              handle.execute("ALTER TABLE approval ENABLE TRIGGER approval_guard");
            });

    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> grants.find(waiting.grant().id()).orElseThrow().ending().isPresent());

    assertThat(recorded(waiting.grant().id())).hasSize(1);
  }

  private static Admitted errand(
      GrantedAdmission admission, Subject agent, String client, BlockingQueue<String> ended)
      throws NotAdmittedException {
    return admission.admit(
        new Visitor(SessionId.random(), token(agent), ORDERS, client, "git/2", true), ended::add);
  }

  @Test
  void oneErrandOfSeveralConnectionsIsOneSession() throws Exception {
    Subject agent = agent("visitors");
    grants.request(agent, wish(GrantScope.ALL, true));
    GrantedAdmission admission = new GrantedAdmission(grants, here);
    BlockingQueue<String> ended = new LinkedBlockingQueue<>();

    Admitted first = errand(admission, agent, "10.0.0.1", ended);
    first.session().close();
    Admitted second = errand(admission, agent, "10.0.0.1", ended);

    assertThat(second.single()).isSameAs(first.single());
    assertThatThrownBy(() -> errand(admission, agent, "10.0.0.2", ended))
        .isInstanceOf(NotAdmittedException.class);
    assertThatThrownBy(() -> errand(new GrantedAdmission(grants, there), agent, "10.0.0.1", ended))
        .isInstanceOf(NotAdmittedException.class);
    second.session().close();
  }

  @Test
  void anErrandThatSomebodyEndedIsNotJoined() throws Exception {
    Subject agent = agent("visitors");
    grants.request(agent, wish(GrantScope.ALL, true));
    GrantedAdmission admission = new GrantedAdmission(grants, here);
    BlockingQueue<String> ended = new LinkedBlockingQueue<>();
    errand(admission, agent, "10.0.0.1", ended);
    String session =
        here.list().stream()
            .filter(live -> live.subject().equals(agent))
            .findFirst()
            .orElseThrow()
            .id();

    here.kill(session, BOB, "looks wrong");

    assertThat(ended.poll(20, TimeUnit.SECONDS)).startsWith("killed");
    assertThatThrownBy(() -> errand(admission, agent, "10.0.0.1", ended))
        .isInstanceOf(NotAdmittedException.class);
  }

  @Test
  void twoFirstConnectionsOfOneErrandAreOneSession() throws Exception {
    Subject agent = agent("visitors");
    grants.request(agent, wish(GrantScope.ALL, true));
    GrantedAdmission admission = new GrantedAdmission(grants, here);

    List<Boolean> admitted =
        atOnce(
            3,
            () -> {
              errand(admission, agent, "10.0.0.1", new LinkedBlockingQueue<>());
              return true;
            });

    assertThat(admitted).hasSize(3);
  }

  @Test
  void aSessionGoesOnWhenItsGrantIsMadeToHoldLonger() throws Exception {
    Subject agent = agent("visitors");
    Grant grant = given(agent);
    database
        .jdbi()
        .useHandle(
            handle ->
                handle.execute(
                    "UPDATE access_grant SET ends_at = clock_timestamp() + interval '5 s'"
                        + " WHERE id = ?",
                    grant.id()));
    BlockingQueue<String> ended = new LinkedBlockingQueue<>();
    Admitted admitted = admit(here, token(agent), SessionId.random(), ended);

    assertThat(grants.extend(grant, ORDERS, Duration.ofMinutes(5))).isInstanceOf(Given.class);

    assertThat(ended.poll(7, TimeUnit.SECONDS)).isNull();
    grants.revoke(grant, BOB, "enough");
    assertThat(ended.poll(20, TimeUnit.SECONDS)).contains("has ended");
    admitted.session().close();
  }
}

package dev.countersign.proxy.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.countersign.audit.event.Event;
import dev.countersign.decision.grant.GrantScope;
import dev.countersign.decision.quota.Caps;
import dev.countersign.decision.session.NotAdmittedException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What stock psql sees of grants: being let in, kept inside a scope, and sent away. */
final class AdmissionIT {

  private static final String SLEEPING =
      "SELECT count(*) FROM pg_stat_activity WHERE usename = 'gateway' AND wait_event = 'PgSleep'";

  private OpenDoor door;

  @BeforeEach
  void open() throws Exception {
    door = OpenDoor.open();
  }

  @AfterEach
  void close() throws Exception {
    door.close();
  }

  @Test
  void tellsWhoIsNotLetInWhatToDo() throws Exception {
    door.admission.refuses(
        "no grant lets you in to \"orders\" now", "Ask for one: countersign request orders");

    OpenDoor.Printed printed = door.psql("SELECT 1");

    assertThat(printed.exit()).isEqualTo(2);
    assertThat(printed.text())
        .contains("no grant lets you in to \"orders\" now")
        .contains("Ask for one: countersign request orders");
    assertThat(door.journal.of(Event.SessionRefused.class)).hasSize(1);
  }

  /**
   * GW-43, at the door: nobody takes an outage for a lack of rights, and clients may come again.
   */
  @Test
  void gw43_whoIsNotLetInBecauseTheDatabaseIsAwayIsToldSo() throws Exception {
    door.admission.refuses(NotAdmittedException.databaseAway());

    OpenDoor.Printed printed = door.psql("SELECT 1");

    assertThat(printed.exit()).isEqualTo(2);
    assertThat(printed.text())
        .contains("the gateway's own database does not answer")
        .contains("Try again in a moment");
  }

  /** Ours: clients are sent to the operator, who must find in the log what is in the way. */
  @Test
  void whyNothingCanBeJudgedIsInTheLog() throws Exception {
    ListAppender<ILoggingEvent> logged = new ListAppender<>();
    Logger log = (Logger) LoggerFactory.getLogger(SimpleQueries.class);
    logged.start();
    log.addAppender(logged);
    try (RawClient client = RawClient.loggedIn(door)) {
      door.shop.run("ALTER ROLE gateway NOLOGIN");
      client.send('Q', RawClient.cString("SELECT id FROM orders"));

      assertThat(client.untilReady().toString()).contains("PG-CATALOG");
    } finally {
      log.detachAppender(logged);
      door.shop.run("ALTER ROLE gateway LOGIN");
    }
    assertThat(logged.list)
        .singleElement()
        .extracting(event -> event.getThrowableProxy().getMessage())
        .asString()
        .contains("not permitted to log in");
  }

  /** Ours: who works when the gateway stops is told so, and nobody says that he has left. */
  @Test
  void aGatewayThatStopsTellsItsSessionsAndTheRecord() throws Exception {
    door.shop.run(
        "CREATE FUNCTION public.scratch_sleep() RETURNS void LANGUAGE sql"
            + " AS 'SELECT pg_sleep(600)'");
    try (RawClient idle = RawClient.loggedIn(door);
        RawClient busy = RawClient.loggedIn(door);
        RawClient login = new RawClient(door.address)) {
      login.tls();
      login.startup(RawClient.PROTOCOL_3_0, "user", "agent-7", "database", "orders");
      login.message();
      busy.send('Q', RawClient.cString("SELECT public.scratch_sleep()"));
      await().until(() -> door.shop.ask(SLEEPING).equals("1"));

      door.stop();

      for (RawClient each : List.of(idle, busy, login)) {
        assertThat(each.untilClosed())
            .last()
            .satisfies(
                last -> {
                  assertThat(last.field('S')).isEqualTo("FATAL");
                  assertThat(last.field('C')).isEqualTo("57P01");
                  assertThat(last.field('M')).isEqualTo("the gateway is stopping");
                });
      }
      assertThat(door.journal.of(Event.SessionClosed.class))
          .extracting(Event.SessionClosed::reason)
          .containsExactly("the gateway is stopping", "the gateway is stopping");
      await().until(() -> door.shop.ask(SLEEPING).equals("0"));
    }
  }

  @Test
  void gw40_whoTriesTooOftenIsToldToWaitAndAGoodTokenGetsInMeanwhile() throws Exception {
    List<String> wrong = List.of("psql", "-X", "-c", "SELECT 1", "password=wrong sslmode=require");
    assertThat(door.run(wrong).text()).contains("the access token was refused");
    assertThat(door.journal.of(Event.SessionRefused.class)).hasSize(1);
    door.tireOfStrangers();

    OpenDoor.Printed printed = door.run(wrong);

    assertThat(printed.exit()).isEqualTo(2);
    assertThat(printed.text())
        .contains("too many sign-ins from this address were not good; try again in")
        .contains("the access token was refused");
    assertThat(door.journal.of(Event.SessionRefused.class)).hasSize(1);
    assertThat(door.psql("SELECT 1").exit()).isZero();
  }

  @Test
  void pgp13_whoGuessesKeysForCancellingCountsAsWhoGuessesTokens() throws Exception {
    LoginIT.cancel(door, new byte[36]);
    assertThat(door.journal.of(Event.SessionRefused.class)).hasSize(1);
    int more = 0;
    while (door.strangers
        .take(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1))
        .isEmpty()) {
      more++;
    }

    LoginIT.cancel(door, new byte[36]);

    assertThat(more).isEqualTo(199);
    assertThat(door.journal.of(Event.SessionRefused.class)).hasSize(1);
  }

  @Test
  void aRevokedGrantEndsASessionThatSleeps() throws Exception {
    door.shop.run(
        "CREATE FUNCTION public.scratch_sleep() RETURNS void LANGUAGE sql"
            + " AS 'SELECT pg_sleep(600)'");
    Process psql = door.start(List.of("psql", "-X", "-c", "SELECT public.scratch_sleep()"));
    Consumer<String> closer = door.admission.closers.poll(60, TimeUnit.SECONDS);
    assertThat(closer).isNotNull();
    await().atMost(Duration.ofSeconds(60)).until(() -> door.shop.ask(SLEEPING).equals("1"));

    closer.accept("the grant G-1 has ended");

    assertThat(psql.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(new String(psql.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .contains("FATAL:  the session was ended: the grant G-1 has ended");
    await().atMost(Duration.ofSeconds(60)).until(() -> door.shop.ask(SLEEPING).equals("0"));
  }

  @Test
  void aGrantForReadingReads() throws Exception {
    door.admission.grants(new GrantScope(true, List.of(), List.of(), List.of(), Optional.empty()));

    OpenDoor.Printed printed =
        door.psql("SELECT count(*) FROM orders", "INSERT INTO orders (id) VALUES (999999)");

    assertThat(printed.text())
        .contains("blocked by policy GRANT (the grant is for reading, not for INSERT)")
        .contains("countersign request");
  }

  @Test
  void gw15_aGrantForOneStatementRunsItOnce() throws Exception {
    String only = "SELECT count(*) AS n FROM orders";
    door.admission.grants(
        new GrantScope(false, List.of(), List.of(), List.of(), Optional.of(only)));

    OpenDoor.Printed printed = door.psql("SELECT 1", only, only);

    assertThat(printed.text())
        .containsOnlyOnce("(1 row)")
        .contains("the grant is for one other command")
        .contains("the grant was for one statement, which has run");
  }

  @Test
  void gw40_aResultThatCrossesTheLimitEndsThereAndFurtherCommandsAreBlocked() throws Exception {
    door.admission.bounds(
        new Caps(
            OptionalLong.empty(), OptionalLong.of(50), OptionalLong.empty(), Duration.ofHours(1)));

    OpenDoor.Printed first = door.psql("SELECT n FROM generate_series(1, 40) AS n");
    OpenDoor.Printed second = door.psql("SELECT n FROM generate_series(1, 100000) AS n");
    OpenDoor.Printed third = door.psql("SELECT 1 AS one");

    assertThat(first.text()).contains("(40 rows)");
    assertThat(second.text())
        .contains("FATAL:  53400: the limit of 50 rows in an hour is reached")
        .contains("the result is not whole");
    assertThat(third.text())
        .contains("blocked by policy LIMIT (the limit of 50 rows in an hour is reached)");
    assertThat(door.journal.of(Event.CommandCompleted.class))
        .anySatisfy(
            event -> {
              assertThat(event.error()).contains("53400");
              assertThat(event.rows()).isEqualTo(11);
            });
    assertThat(door.journal.of(Event.SessionClosed.class))
        .anyMatch(event -> event.reason().contains("the limit of 50 rows"));
  }

  @Test
  void gw40_soManyCommandsASecondOverAllSessions() throws Exception {
    door.admission.bounds(
        new Caps(
            OptionalLong.of(2), OptionalLong.empty(), OptionalLong.empty(), Duration.ofHours(1)));
    String[] many = new String[200];
    Arrays.fill(many, "SELECT 1 AS one");

    OpenDoor.Printed printed = door.psql(many);

    assertThat(printed.text())
        .contains("(1 row)")
        .contains("blocked by policy LIMIT (the limit of 2 commands a second is reached)");
  }
}

package dev.countersign.proxy.postgres;

import static dev.countersign.proxy.postgres.RawClient.bind;
import static dev.countersign.proxy.postgres.RawClient.cString;
import static dev.countersign.proxy.postgres.RawClient.execute;
import static dev.countersign.proxy.postgres.RawClient.frame;
import static dev.countersign.proxy.postgres.RawClient.parse;
import static dev.countersign.proxy.postgres.RawClient.sync;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.audit.event.Event;
import dev.countersign.decision.resource.PostgresSessions;
import dev.countersign.proxy.postgres.RawClient.Message;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Times and names that the gateway sets and no session changes, and what it records of results. */
final class SessionBoundsIT {

  private static OpenDoor door;

  @BeforeAll
  static void open() throws Exception {
    door =
        OpenDoor.open(
            new PostgresSessions(
                new PostgresSessions.Limits(
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(90),
                    Duration.ofSeconds(3)),
                new PostgresSessions.Recording(3, 1_000),
                PostgresSessions.Waiting.HOLD,
                Optional.empty()));
    door.allowEverything();
  }

  @AfterAll
  static void close() throws Exception {
    door.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          SELECT 1; statement_timeout; 1min
          SET statement_timeout = 0; statement_timeout; 1min
          SET statement_timeout = '1d'; statement_timeout; 1min
          SET statement_timeout = '0.0001s'; statement_timeout; 1min
          SET LOCAL lock_timeout TO 99999; lock_timeout; 2s
          SET lock_timeout TO DEFAULT; lock_timeout; 2s
          RESET lock_timeout; lock_timeout; 2s
          DISCARD ALL; lock_timeout; 2s
          SET statement_timeout = '5s'; statement_timeout; 5s
          SET statement_timeout = 700; statement_timeout; 700ms
          SET SESSION idle_in_transaction_session_timeout = 0; idle_in_transaction_session_timeout; 90s
          SET idle_in_transaction_session_timeout = '1 h'; idle_in_transaction_session_timeout; 90s
          """)
  void pgs40_noSessionLengthensItsTimes(String sql, String parameter, String expected)
      throws Exception {
    try (RawClient client = RawClient.loggedIn(door)) {
      client.send('Q', cString(sql));
      client.untilReady();
      client.send('Q', cString("SHOW " + parameter));
      assertThat(text(client.untilReady())).contains(expected);
    }
    try (RawClient client = RawClient.loggedIn(door)) {
      client.raw(parse("", sql), bind(""), execute(), sync());
      client.untilReady();
      client.send('Q', cString("SHOW " + parameter));
      assertThat(text(client.untilReady())).contains(expected);
    }
  }

  @Test
  void pgs40_noSessionSneaksATimePastAmongOthers() throws Exception {
    try (RawClient client = RawClient.loggedIn(door)) {
      client.send('Q', cString("SELECT 1; SET statement_timeout = 0"));

      assertThat(text(client.untilReady())).contains("42501");
    }
  }

  @Test
  void pgs40_anIdleSessionIsEnded() throws Exception {
    try (RawClient client = RawClient.loggedIn(door)) {
      assertThat(text(client.untilClosed())).contains("FATAL", "57P05");
    }
  }

  @Test
  void pgs40_aSessionThatWaitsForTheServerIsNotIdle() throws Exception {
    try (RawClient client = RawClient.loggedIn(door)) {
      client.send('Q', cString("SELECT pg_sleep(4)"));

      assertThat(types(client.untilReady())).isEqualTo("TDCZ");
    }
  }

  @Test
  void theDatabaseKnowsTheSessionByItsName() throws Exception {
    try (RawClient client = RawClient.loggedIn(door)) {
      client.send('Q', cString("SET application_name = 'somebody else'"));
      client.untilReady();
      client.raw(parse("", "SET SESSION application_name TO 'x'"), bind(""), execute(), sync());
      client.untilReady();
      client.send('Q', cString("SELECT 1 AS who"));
      client.untilReady();

      String session = door.journal.of(Event.SessionOpened.class).getLast().session().toString();
      assertThat(
              door.shop.ask(
                  "SELECT application_name FROM pg_stat_activity WHERE query LIKE '%AS who'"
                      + " AND usename = 'gateway'"))
          .isEqualTo("countersign " + session);
    }
  }

  @Test
  void pgp45_otherSessionsAreOutOfReach() throws Exception {
    try (RawClient client = RawClient.loggedIn(door)) {
      for (String sql :
          List.of(
              "SELECT query FROM pg_stat_activity",
              "SELECT pg_terminate_backend(1)",
              "SELECT pg_catalog.pg_cancel_backend(1)",
              "SELECT query FROM pg_stat_get_activity(NULL)",
              "SELECT rolpassword FROM pg_authid")) {
        client.send('Q', cString(sql));
        assertThat(types(client.untilReady())).as(sql).isEqualTo("EZ");
      }
    }
  }

  @Test
  void recordsTheFirstRowsAsTheClientGotThem() throws Exception {
    try (RawClient client = RawClient.loggedIn(door)) {
      client.send(
          'Q',
          cString("SELECT name, email, ssn FROM customers; SELECT id FROM orders ORDER BY id"));
      client.untilReady();
      client.raw(
          parse("", "SELECT id, status FROM orders WHERE id = 1"),
          bind(""),
          frame('D', new byte[] {'P'}, cString("")),
          execute(),
          sync());
      client.untilReady();
    }

    List<Event.ContentRecorded> recorded = door.journal.of(Event.ContentRecorded.class);
    assertThat(recorded.stream().map(Event.ContentRecorded::content))
        .contains("[\"Ada\",\"*****\",null]\n[\"1\"]\n[\"2\"]\n", "[\"1\",\"open\"]\n");
    assertThat(door.journal.of(Event.CommandCompleted.class)).anyMatch(end -> end.rows() == 11);
  }

  private static String types(List<Message> messages) {
    return messages.stream()
        .map(message -> String.valueOf(message.type()))
        .collect(Collectors.joining());
  }

  private static String text(List<Message> messages) {
    return messages.stream().map(Message::body).collect(Collectors.joining());
  }
}

package dev.countersign.proxy.postgres;

import static dev.countersign.proxy.postgres.RawClient.bind;
import static dev.countersign.proxy.postgres.RawClient.cString;
import static dev.countersign.proxy.postgres.RawClient.execute;
import static dev.countersign.proxy.postgres.RawClient.frame;
import static dev.countersign.proxy.postgres.RawClient.int16;
import static dev.countersign.proxy.postgres.RawClient.int32;
import static dev.countersign.proxy.postgres.RawClient.parse;
import static dev.countersign.proxy.postgres.RawClient.sync;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.audit.event.Event;
import dev.countersign.proxy.postgres.RawClient.Message;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SQL commands and messages of the extended protocol name things in one namespace (PG-P23). */
@Tag("every-postgres")
final class SqlNamesIT {

  private static OpenDoor door;

  @BeforeAll
  static void open() throws Exception {
    door = OpenDoor.open();
    door.allowEverything();
    door.shop.run(
        """
        CREATE FUNCTION open_it(c refcursor) RETURNS refcursor LANGUAGE plpgsql
        AS $$ BEGIN OPEN c FOR SELECT lower(ssn) FROM customers; RETURN c; END $$\
        """);
  }

  @AfterAll
  static void close() throws Exception {
    door.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "EXECUTE s(2)",
        "execute /* EXECUTE s(1) */ \"s\" (2)",
        "EXECUTE S(2); -- the second",
        "EXECUTE U&\"!0073\" UESCAPE '!' (2)"
      })
  void pgp23_sqlRunsWhatTheProtocolPrepared(String sql) throws Exception {
    try (RawClient client = RawClient.loggedIn(door)) {
      prepare(client, "s", "SELECT 'order ' || id FROM orders WHERE id = $1");

      assertThat(ask(client, sql)).contains("order 2").endsWith("C ZI");
    }
  }

  @Test
  void pgp23_whatRunsByItsNameIsMaskedByWhatItIs() throws Exception {
    try (RawClient client = RawClient.loggedIn(door)) {
      prepare(client, "s", "SELECT lower(ssn) FROM customers WHERE id = $1");

      assertThat(ask(client, "EXECUTE s(1)")).contains("*****").doesNotContain("913-66");
    }
    assertThat(door.journal.of(Event.CommandDecided.class))
        .extracting(Event.CommandDecided::text)
        .contains("EXECUTE s(1)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"DEALLOCATE s", "DEALLOCATE PREPARE \"s\"", "DEALLOCATE ALL", "DISCARD ALL"})
  void pgp23_sqlDropsWhatTheProtocolPrepared(String sql) throws Exception {
    try (RawClient client = RawClient.loggedIn(door)) {
      prepare(client, "s", "SELECT 1");
      assertThat(ask(client, sql)).startsWith("C");

      assertThat(ask(client, "EXECUTE s")).contains("PG-UNKNOWN-NAME");
      client.raw(bind("s"), execute(), sync());
      assertThat(text(client.untilReady())).contains("\"s\" does not exist");
      prepare(client, "s", "SELECT 'anew'");
      assertThat(ask(client, "EXECUTE s")).contains("anew");
    }
  }

  @Test
  void pgp23_theExtendedProtocolSaysItToo() throws Exception {
    try (RawClient client = RawClient.loggedIn(door)) {
      prepare(client, "s", "SELECT 'it'");
      client.raw(
          parse("", "EXECUTE s"),
          bind(""),
          execute(),
          parse("", "DEALLOCATE s"),
          bind(""),
          execute(),
          parse("s", "SELECT 'another'"),
          parse("", "EXECUTE s"),
          bind(""),
          execute(),
          sync());

      String answers = text(client.untilReady());
      assertThat(answers).contains("it").contains("another").endsWith("ZI").doesNotContain("E");
    }
  }

  @Test
  void pgp23_theProtocolRunsWhatSqlPrepared() throws Exception {
    try (RawClient client = RawClient.loggedIn(door)) {
      ask(client, "PREPARE s(int) AS SELECT lower(ssn), id FROM customers WHERE id = $1");
      client.raw(
          frame(
              'B',
              cString(""),
              cString("s"),
              int16(0),
              int16(1),
              int32(1),
              "1".getBytes(UTF_8),
              int16(0)),
          execute(),
          sync());

      assertThat(text(client.untilReady())).contains("*****").doesNotContain("913-66");
      // Running it is not preparing it, for whoever approves or reads the record.
      assertThat(door.journal.of(Event.CommandDecided.class))
          .extracting(Event.CommandDecided::text)
          .anyMatch(text -> text.startsWith("EXECUTE \"s\"\n-- runs: PREPARE s(int) AS"));
      client.raw(frame('C', "S".getBytes(UTF_8), cString("s")), sync());
      client.untilReady();
      assertThat(ask(client, "EXECUTE s(1)")).contains("PG-UNKNOWN-NAME");
    }
  }

  @Test
  void pgp23_aNameIsTakenWhoeverTookIt() throws Exception {
    try (RawClient client = RawClient.loggedIn(door)) {
      prepare(client, "s", "SELECT 1");
      assertThat(ask(client, "PREPARE s AS SELECT 2")).contains("42P05", "\"s\" already exists");
      ask(client, "PREPARE t AS SELECT 2");
      client.raw(parse("t", "SELECT 3"), sync());
      assertThat(text(client.untilReady())).contains("42P05", "\"t\" already exists");
    }
  }

  @Test
  void pgp23_aTransactionThatHasFailedSaysSoBeforeItLooksAtNames() throws Exception {
    assertAnsweredAsByTheServer(
        parse("s", "SELECT 1"),
        parse("t", "SELECT $1::int"),
        parse("end", "ROLLBACK"),
        parse("make", "PREPARE s AS SELECT 2"),
        parse("declare", "DECLARE p CURSOR FOR SELECT 2"),
        sync(),
        query("BEGIN"),
        bind("p", "s"),
        bind("makes", "make"),
        bind("declares", "declare"),
        sync(),
        query("DECLARE p CURSOR FOR SELECT 2"),
        query("DECLARE p CURSOR FOR SELECT 2"),
        query("PREPARE s AS SELECT 2"),
        query("PREPARE s AS SELECT 2; ROLLBACK"),
        query("PREPARE s AS SELEC"),
        frame('E', cString("makes"), int32(0)),
        sync(),
        frame('E', cString("declares"), int32(0)),
        sync(),
        bind("p", "s"),
        sync(),
        bind("p", "t"),
        sync(),
        bind("p", "end"),
        sync(),
        bind("p", "none"),
        sync(),
        query("ROLLBACK"),
        query("PREPARE s AS SELECT 2"),
        query("EXECUTE s"));
  }

  @Test
  void pgp23_aTextThatDropsAllNamesMayGiveThemAnew() throws Exception {
    assertAnsweredAsByTheServer(
        parse("s", "SELECT 1"),
        sync(),
        query("DEALLOCATE ALL; PREPARE s AS SELECT 2"),
        query("EXECUTE s"),
        query("BEGIN"),
        bind("p", "s"),
        sync(),
        query("CLOSE ALL; DECLARE p CURSOR FOR SELECT 3"),
        query("FETCH FROM p"));
  }

  @Test
  void pgp25_aPortalMayTakeTheNameOfACursorThatHasEnded() throws Exception {
    for (String name : List.of("c", "\"A cursor\"")) {
      String ofProtocol = name.replace("\"", "");
      assertAnsweredAsByTheServer(
          parse("s", "SELECT generate_series(1, 9)"),
          sync(),
          query("BEGIN"),
          query("DECLARE %s CURSOR FOR SELECT 'of sql'".formatted(name)),
          query("COMMIT"),
          query("BEGIN"),
          query("SAVEPOINT here"),
          bind(ofProtocol, "s"),
          frame('E', cString(ofProtocol), int32(2)),
          sync(),
          query("FETCH " + name),
          query("DECLARE %s CURSOR FOR SELECT 'again'".formatted(name)),
          query("ROLLBACK TO here"),
          query("DECLARE %s CURSOR WITH HOLD FOR SELECT 'again'".formatted(name)),
          query("COMMIT"),
          bind(ofProtocol, "s"),
          sync(),
          query("FETCH " + name),
          query("CLOSE " + name),
          bind(ofProtocol, "s"),
          frame('E', cString(ofProtocol), int32(2)),
          sync());
    }
  }

  @Test
  void pgp25_aPortalWithTheNameOfACursorThatHasEndedIsMaskedByWhatItIs() throws Exception {
    try (RawClient client = RawClient.loggedIn(door)) {
      ask(client, "BEGIN; DECLARE c CURSOR FOR SELECT 'harmless'; COMMIT");
      ask(client, "BEGIN");
      client.raw(parse("", "SELECT lower(ssn) FROM customers"), bind("c", ""), sync());
      client.untilReady();

      assertThat(ask(client, "FETCH ALL FROM c")).contains("*****").doesNotContain("913-66");
    }
  }

  @Test
  void aSessionPreparesSoManyStatementsAndNoMore() throws Exception {
    try (RawClient client = RawClient.loggedIn(door)) {
      for (int i = 0; i < OpenDoor.MAX_NAMES; i++) {
        assertThat(ask(client, "PREPARE s%d AS SELECT %d".formatted(i, i))).startsWith("C");
      }

      assertThat(ask(client, "PREPARE more AS SELECT 1")).contains("54000");
      client.raw(parse("", "PREPARE more AS SELECT 1"), bind(""), execute(), sync());
      assertThat(text(client.untilReady())).contains("54000");
      assertThat(ask(client, "PREPARE s7 AS SELECT 1")).contains("42P05");
      assertThat(ask(client, "DEALLOCATE s7")).startsWith("C");
      assertThat(ask(client, "PREPARE more AS SELECT 1")).startsWith("C");
    }
  }

  @Test
  void aSessionHasSoManyCursorsOpenAndNoMore() throws Exception {
    try (RawClient client = RawClient.loggedIn(door)) {
      for (int i = 0; i < OpenDoor.MAX_NAMES; i++) {
        ask(client, "BEGIN; DECLARE c%d CURSOR FOR SELECT 1; COMMIT".formatted(i));
      }
      ask(client, "BEGIN");
      for (int i = 0; i < OpenDoor.MAX_NAMES; i++) {
        assertThat(ask(client, "DECLARE c%d CURSOR FOR SELECT 1".formatted(i))).startsWith("C");
      }

      assertThat(ask(client, "DECLARE more CURSOR FOR SELECT 1")).contains("54000");
    }
  }

  /** A function may open a cursor under any name: it is not the one that the session declared. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "BEGIN; DECLARE c CURSOR FOR SELECT 'mine'; COMMIT|BEGIN",
        "BEGIN|DECLARE c CURSOR WITH HOLD FOR SELECT 'mine'|ROLLBACK|BEGIN",
        "BEGIN|DECLARE c CURSOR WITH HOLD FOR SELECT 'mine'|SELECT 1 / 0|COMMIT|BEGIN",
        "BEGIN|DECLARE c CURSOR WITH HOLD FOR SELECT 1 / 0|COMMIT|BEGIN",
        "DECLARE c CURSOR WITH HOLD FOR SELECT 'mine'; SELECT 1 / 0|BEGIN",
        "BEGIN|DECLARE c CURSOR FOR SELECT 'mine'|COMMIT AND CHAIN",
        "BEGIN|SAVEPOINT s|DECLARE c CURSOR FOR SELECT 'mine'|ROLLBACK TO s",
        "BEGIN|SAVEPOINT s|SAVEPOINT t|DECLARE c CURSOR FOR SELECT 'mine'|RELEASE t|ROLLBACK TO s",
        "BEGIN|DECLARE c CURSOR FOR SELECT 'mine'|CLOSE c"
      })
  void pgp25_whatAFunctionOpensIsNotTakenForACursorThatHasEnded(String before) throws Exception {
    try (RawClient client = RawClient.loggedIn(door)) {
      for (String sql : before.split("\\|", -1)) {
        ask(client, sql);
      }
      assertThat(ask(client, "SELECT open_it('c')")).endsWith("ZT");

      assertThat(ask(client, "FETCH ALL FROM c")).contains("PG-UNKNOWN-NAME");
    }
  }

  @Test
  void pgp25_norInTheTextThatEndsIt() throws Exception {
    try (RawClient client = RawClient.loggedIn(door)) {
      ask(client, "BEGIN");
      ask(client, "DECLARE c CURSOR FOR SELECT 'mine'");

      assertThat(ask(client, "COMMIT; SELECT open_it('c'); FETCH ALL FROM c"))
          .contains("PG-UNKNOWN-NAME");
    }
  }

  @Test
  void pgp25_aCursorWithHoldOutlivesItsTransaction() throws Exception {
    try (RawClient client = RawClient.loggedIn(door)) {
      ask(client, "BEGIN");
      ask(client, "SAVEPOINT s");
      ask(client, "DECLARE a CURSOR WITH HOLD FOR SELECT 'row of ' || 'a'");
      ask(client, "RELEASE s");
      ask(client, "SAVEPOINT s");
      ask(client, "SELECT 1 / 0");
      ask(client, "ROLLBACK TO s");
      ask(client, "COMMIT");
      ask(client, "DECLARE b CURSOR WITH HOLD FOR SELECT 'row of ' || 'b'");
      ask(client, "BEGIN");
      ask(client, "SELECT 1 / 0");
      ask(client, "ROLLBACK");

      assertThat(ask(client, "FETCH FROM a")).contains("row of a");
      assertThat(ask(client, "FETCH FROM b")).contains("row of b");
    }
  }

  /** PostgreSQL looks at 63 bytes of a name: SQL's are cut between characters, others are not. */
  @ParameterizedTest
  @ValueSource(strings = {"a", "é", "€", "𝄞"})
  void pgp23_longNamesAreCutAsTheServerCutsThem(String letter) throws Exception {
    List<byte[]> messages = new ArrayList<>();
    for (int length = 57; length <= 63; length++) {
      for (String end : List.of(letter, letter + "b", letter + "c", "è", "ł")) {
        messages.add(parse("a".repeat(length) + end, "SELECT 1"));
        messages.add(sync());
      }
    }
    assertAnsweredAsByTheServer(messages.toArray(byte[][]::new));

    String name = "x" + letter.repeat(70);
    assertAnsweredAsByTheServer(
        query("PREPARE \"%s\" AS SELECT 'of sql'".formatted(name)),
        parse(name, "SELECT 'of the protocol'"),
        sync(),
        query("EXECUTE \"%s\"".formatted(name)),
        bind("", name),
        execute(),
        sync(),
        query("BEGIN"),
        query("DECLARE \"%s\" CURSOR FOR SELECT 'of sql'".formatted(name)),
        bind(name, name),
        frame('E', cString(name), int32(0)),
        sync());
  }

  @ParameterizedTest
  @ValueSource(strings = {"EXECUTE cs_1", "DEALLOCATE cs_1", "FETCH FROM cs_2", "CLOSE cs_2"})
  void pgp23_theGatewaysOwnNamesMeanNothing(String sql) throws Exception {
    try (RawClient client = RawClient.loggedIn(door)) {
      prepare(client, "s", "SELECT 'still there'");

      assertThat(ask(client, sql)).startsWith("E");
      assertThat(ask(client, "EXECUTE s")).contains("still there");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SET statement_timeout = 0",
        "DISCARD ALL",
        "BEGIN",
        "COPY orders FROM STDIN",
        "PREPARE evil AS SELECT ssn FROM customers"
      })
  void pgp23_whatChangesTheSessionRunsOnlyByItself(String sql) throws Exception {
    try (RawClient client = RawClient.loggedIn(door)) {
      prepare(client, "s", sql);

      assertThat(ask(client, "EXECUTE s")).contains("PG-UNKNOWN-NAME");
    }
  }

  @Test
  void pgp25_sqlReadsFromAPortalOfTheProtocol() throws Exception {
    try (RawClient client = RawClient.loggedIn(door)) {
      ask(client, "BEGIN");
      client.raw(
          parse("", "SELECT id, lower(ssn) FROM customers"),
          frame('B', cString("rows"), cString(""), int16(0), int16(0), int16(0)),
          sync());
      client.untilReady();

      assertThat(ask(client, "FETCH ALL FROM rows")).contains("*****").doesNotContain("913-66");
      assertThat(ask(client, "CLOSE rows")).startsWith("C");
      client.raw(frame('E', cString("rows"), int32(0)), sync());
      assertThat(text(client.untilReady())).contains("portal \"rows\" does not exist");
    }
  }

  @Test
  void pgp25_theProtocolDescribesACursorOfSql() throws Exception {
    try (RawClient client = RawClient.loggedIn(door)) {
      ask(client, "BEGIN; DECLARE c CURSOR FOR SELECT id AS number FROM orders");
      client.raw(frame('D', "P".getBytes(UTF_8), cString("c")), sync());

      assertThat(text(client.untilReady())).startsWith("T").contains("number");
    }
  }

  @Test
  void pgp25_theProtocolRunsACursorOfSql() throws Exception {
    try (RawClient client = RawClient.loggedIn(door)) {
      ask(client, "BEGIN; DECLARE c CURSOR FOR SELECT id, lower(ssn) FROM customers");
      client.raw(frame('E', cString("c"), int32(1)), sync());

      assertThat(text(client.untilReady())).startsWith("D").contains("*****").endsWith("s ZT");
      assertThat(door.journal.of(Event.CommandDecided.class))
          .extracting(Event.CommandDecided::text)
          .contains("FETCH ALL FROM \"c\"");
    }
    assertAnsweredAsByTheServer(
        query("DECLARE \"c\"\"d\" BINARY SCROLL CURSOR WITH HOLD FOR SELECT generate_series(1, 5)"),
        query("FETCH 2 FROM \"c\"\"d\""),
        frame('D', "P".getBytes(UTF_8), cString("c\"d")),
        frame('E', cString("c\"d"), int32(1)),
        sync(),
        frame('E', cString("c\"d"), int32(0)),
        sync(),
        query("FETCH BACKWARD 1 FROM \"c\"\"d\""),
        query("SELEC"),
        frame('C', "P".getBytes(UTF_8), cString("c\"d")),
        frame('E', cString("c\"d"), int32(0)),
        sync());
  }

  @Test
  void pgp23_errorsSayTheNamesThatTheClientGave() throws Exception {
    assertSaidAsByTheServer(
        parse("s", "SELECT $1::int"),
        bind("p", "s"),
        sync(),
        query("EXECUTE s(1, 2)"),
        parse("all", "DISCARD ALL"),
        bind("all"),
        execute(),
        bind("p", "s"),
        sync());
  }

  /** As {@link #assertAnsweredAsByTheServer}, word by word. */
  private static void assertSaidAsByTheServer(byte[]... messages) throws Exception {
    try (RawClient through = RawClient.loggedIn(door);
        RawClient direct = RawClient.direct(door.shop.port())) {
      assertThat(errors(through, messages)).isNotEmpty().isEqualTo(errors(direct, messages));
    }
  }

  private static List<String> errors(RawClient client, byte[]... messages) throws IOException {
    client.raw(messages);
    List<String> errors = new ArrayList<>();
    for (byte[] message : messages) {
      if (message[0] == 'Q' || message[0] == 'S') {
        client.untilReady().stream()
            .filter(answer -> answer.type() == 'E')
            .forEach(error -> errors.add(error.field('C') + " " + error.field('M')));
      }
    }
    return errors;
  }

  private static byte[] query(String sql) throws IOException {
    return frame('Q', cString(sql));
  }

  /** Each query and each pipeline has its answer before the next one is sent. */
  private static void assertAnsweredAsByTheServer(byte[]... messages) throws Exception {
    try (RawClient through = RawClient.loggedIn(door);
        RawClient direct = RawClient.direct(door.shop.port())) {
      assertThat(answers(through, messages)).isEqualTo(answers(direct, messages));
    }
  }

  /** Errors are worded by whoever finds them; that a name was cut is told to whoever wrote it. */
  private static List<String> answers(RawClient client, byte[]... messages) throws IOException {
    List<String> answers = new ArrayList<>();
    for (byte[] message : messages) {
      client.raw(message);
      String sent = new String(message, UTF_8).replace('\0', ' ');
      if (message[0] == 'Q' || message[0] == 'S') {
        answers.add(
            sent
                + client.untilReady().stream()
                    .filter(answer -> answer.type() != 'N')
                    .map(
                        answer ->
                            answer.type()
                                + (answer.type() == 'E' ? answer.field('C') : answer.body()))
                    .toList());
      } else {
        answers.add(sent);
      }
    }
    return answers;
  }

  private static void prepare(RawClient client, String name, String sql) throws IOException {
    client.raw(parse(name, sql), sync());
    assertThat(text(client.untilReady())).isEqualTo("1 ZI");
  }

  private static String ask(RawClient client, String sql) throws IOException {
    client.send('Q', cString(sql));
    return text(client.untilReady());
  }

  private static String text(List<Message> messages) {
    return messages.stream()
        .map(
            message ->
                switch (message.type()) {
                  case 'D', 'E', 'T', 'Z' -> message.type() + message.body();
                  default -> String.valueOf(message.type());
                })
        .collect(Collectors.joining(" "));
  }
}

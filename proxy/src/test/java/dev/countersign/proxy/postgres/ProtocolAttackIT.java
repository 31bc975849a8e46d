package dev.countersign.proxy.postgres;

import static dev.countersign.proxy.postgres.RawClient.bind;
import static dev.countersign.proxy.postgres.RawClient.cString;
import static dev.countersign.proxy.postgres.RawClient.execute;
import static dev.countersign.proxy.postgres.RawClient.frame;
import static dev.countersign.proxy.postgres.RawClient.int16;
import static dev.countersign.proxy.postgres.RawClient.int32;
import static dev.countersign.proxy.postgres.RawClient.parse;
import static dev.countersign.proxy.postgres.RawClient.sync;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.proxy.postgres.RawClient.Message;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What no stock client sends. The names carry the ids of the catalogue of evasions. */
final class ProtocolAttackIT {

  private static OpenDoor door;

  @BeforeAll
  static void open() throws Exception {
    door = OpenDoor.open();
  }

  @AfterAll
  static void close() throws Exception {
    door.close();
  }

  @Test
  void pgp01_bytesBehindTheRequestForTlsEndTheConnection() throws Exception {
    try (RawClient client = new RawClient(door.address)) {
      client.raw(int32(8), int32(RawClient.SSL_REQUEST), frame('Q', cString("SELECT 1")));

      assertThat(client.untilClosed()).isEmpty();
    }
  }

  @Test
  void pgp02_tlsIsAskedForOnce() throws Exception {
    try (RawClient client = new RawClient(door.address)) {
      client.tls();
      client.raw(int32(8), int32(RawClient.SSL_REQUEST));

      assertThat(types(client.untilClosed())).doesNotContain("R");
    }
  }

  @Test
  void pgp05_theStartupPacketComesOnce() throws Exception {
    try (RawClient client = new RawClient(door.address)) {
      client.tls();
      client.startup(RawClient.PROTOCOL_3_0, "user", "agent-7", "database", "orders");
      client.message();
      client.startup(RawClient.PROTOCOL_3_0, "user", "admin", "database", "orders");

      assertThat(types(client.untilClosed())).isIn("", "E");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {10_001, Integer.MAX_VALUE, 0, 3, 7, -1, Integer.MIN_VALUE})
  void pgp06_aStartupPacketHasASaneLength(int length) throws Exception {
    try (RawClient client = new RawClient(door.address)) {
      client.tls();
      client.raw(int32(length), int32(RawClient.PROTOCOL_3_0));

      assertThat(types(client.untilClosed())).isIn("", "E");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"replication", "options", "session_preload_libraries", "role"})
  void pgp07_pgp10_aStartupPacketSetsNothingElse(String parameter) throws Exception {
    try (RawClient client = new RawClient(door.address)) {
      client.tls();
      client.startup(RawClient.PROTOCOL_3_0, "user", "agent-7", parameter, "on");

      assertThat(client.untilClosed())
          .singleElement()
          .satisfies(error -> assertThat(error.body()).contains("28000", parameter));
    }
  }

  @Test
  void pgp11_unknownVersionsAndOptionsAreNegotiatedDown() throws Exception {
    try (RawClient client = new RawClient(door.address)) {
      client.tls();
      client.startup(
          RawClient.PROTOCOL_3_0 + 9_999, "user", "agent-7", "database", "orders", "_pq_.x", "1");

      assertThat(client.message())
          .satisfies(
              negotiation -> {
                assertThat(negotiation.type()).isEqualTo('v');
                assertThat(negotiation.body()).contains("_pq_.x");
              });
      assertThat(client.message().type()).isEqualTo('R');
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, -1, Integer.MIN_VALUE, Integer.MAX_VALUE})
  void pgp15_aMessageHasASaneLength(int length) throws Exception {
    try (RawClient client = RawClient.loggedIn(door)) {
      client.raw(new byte[] {'Q'}, int32(length), cString("SELECT 1"));

      assertThat(client.untilClosed())
          .singleElement()
          .satisfies(error -> assertThat(error.body()).contains("FATAL", "08P01"));
    }
  }

  @ParameterizedTest
  @ValueSource(chars = {'C', 'D', 'E', 'H', 'S', 'X', 'c', 'f', 'p'})
  void aMessageThatHoldsLittleMoreThanANameIsShort(char type) throws Exception {
    try (RawClient client = RawClient.loggedIn(door)) {
      client.raw(new byte[] {(byte) type}, int32(10_001));

      assertThat(client.untilClosed())
          .singleElement()
          .satisfies(error -> assertThat(error.body()).contains("FATAL", "08P01", "10001 bytes"));
    }
  }

  @Test
  void aTextThatIsTooLongIsRefusedAndTheSessionGoesOn() throws Exception {
    int most = OpenDoor.MAX_STATEMENT;
    try (RawClient client = RawClient.loggedIn(door)) {
      client.send('Q', cString(text(most)));
      assertThat(types(client.untilReady())).isEqualTo("TDCZ");

      // One byte more, characters of more bytes than one, and too much to be taken in.
      for (String sql :
          List.of(text(most + 1), "SELECT '" + "ß".repeat(most / 2) + "'", text(9_000_000))) {
        client.raw(frame('Q', cString(sql)), frame('Q', cString("SELECT 'next'")));
        List<Message> simple = client.untilReady();
        assertThat(types(simple)).isEqualTo("EZ");
        assertThat(text(simple)).contains("54000", "longer than " + most + " bytes", "PG-TOO-LONG");
        assertThat(text(client.untilReady())).contains("next");

        client.raw(parse("", sql), bind(""), execute(), sync());
        List<Message> extended = client.untilReady();
        assertThat(types(extended)).isEqualTo("EZ");
        assertThat(text(extended)).contains("54000", "longer than " + most + " bytes");
        client.raw(parse("", "SELECT 'next'"), bind(""), execute(), sync());
        assertThat(text(client.untilReady())).contains("next");
      }
    }
  }

  @Test
  void aTextThatIsNotUtf8IsRefusedAndTheSessionGoesOn() throws Exception {
    byte[] latin = "SELECT 'caf\u00e9'\0".getBytes(ISO_8859_1);
    try (RawClient client = RawClient.loggedIn(door)) {
      client.raw(frame('Q', latin), frame('Q', cString("SELECT 'next'")));
      List<Message> simple = client.untilReady();
      assertThat(types(simple)).isEqualTo("EZ");
      assertThat(text(simple)).contains("ERROR", "22021", "encoding \"UTF8\"");
      assertThat(text(client.untilReady())).contains("next");

      client.raw(parse("", "SELECT 'kept'"), sync());
      client.untilReady();
      client.raw(frame('P', cString(""), latin, int16(0)), bind(""), execute(), sync());
      List<Message> extended = client.untilReady();
      assertThat(types(extended)).isEqualTo("EZ");
      assertThat(text(extended)).contains("ERROR", "22021", "encoding \"UTF8\"");
      client.raw(bind(""), execute(), sync());
      assertThat(text(client.untilReady())).contains("kept");

      client.send('Q', cString("SELECT E'\\xe9'"));
      assertThat(text(client.untilReady())).contains("22021", "encoding \"UTF8\": 0xe9");
    }
  }

  @Test
  void aRowThatIsTooLongEndsTheSessionAndSaysSo() throws Exception {
    try (RawClient client = RawClient.loggedIn(door)) {
      client.send('Q', cString("SELECT repeat('x', 20000000)"));

      assertThat(client.untilClosed())
          .last()
          .satisfies(
              error ->
                  assertThat(error.body())
                      .contains("FATAL", "54000", "longer than 16777216 bytes"));
    }
  }

  @Test
  void aTextThatIsTooLongDoesNotEnterAnOpenPipeline() throws Exception {
    try (RawClient client = RawClient.loggedIn(door)) {
      client.raw(parse("", "SELECT 1"), new byte[] {'Q'}, int32(9_000_000));

      assertThat(text(client.untilClosed())).contains("08P01");
    }
  }

  /** A statement of that many bytes. */
  private static String text(int bytes) {
    return "SELECT '" + "x".repeat(bytes - 9) + "'";
  }

  @Test
  void pgp18_innerCountsMustAddUp() throws Exception {
    List<byte[]> broken =
        List.of(
            frame('B', cString(""), cString(""), int16(0), int16(-1), int16(0)),
            frame('B', cString(""), cString(""), int16(0), int16(1), int32(-2), int16(0)),
            frame('B', cString(""), cString(""), int16(3), int16(0), int16(0)),
            frame('B', cString(""), cString(""), int16(0), int16(0), int16(0), int16(9)),
            frame('E', cString("")),
            frame('D', cString("X")));
    for (byte[] message : broken) {
      try (RawClient client = RawClient.loggedIn(door)) {
        client.raw(message);

        assertThat(client.untilClosed())
            .singleElement()
            .satisfies(error -> assertThat(error.body()).contains("08P01"));
      }
    }
  }

  @Test
  void pgp19_nothingHidesBehindANul() throws Exception {
    try (RawClient client = RawClient.loggedIn(door)) {
      client.send('Q', cString("SELECT 1"), cString("; DROP TABLE orders"));

      assertThat(client.untilClosed())
          .singleElement()
          .satisfies(error -> assertThat(error.body()).contains("08P01"));
    }
  }

  @Test
  void pgp21_aNameKeepsTheTextItWasGivenFirst() throws Exception {
    try (RawClient client = RawClient.loggedIn(door)) {
      client.raw(parse("s1", "SELECT 'first'"), sync());
      client.untilReady();
      client.raw(parse("s1", "SELECT 'second'"), sync());
      List<Message> again = client.untilReady();
      client.raw(bind("s1"), execute(), sync());

      assertThat(again.getFirst().body()).contains("42P05");
      assertThat(text(client.untilReady())).contains("first").doesNotContain("second");
    }
  }

  @Test
  void pgp21_ofANameThatIsTakenAFailedTransactionSaysThatItHasFailed() throws Exception {
    try (RawClient client = RawClient.loggedIn(door)) {
      client.raw(parse("s1", "SELECT 'first'"), sync());
      client.untilReady();
      client.send('Q', cString("PREPARE s2 AS SELECT 2"));
      client.untilReady();
      client.send('Q', cString("BEGIN; SELECT 1 / 0"));
      client.untilReady();
      for (String name : List.of("s1", "s2")) {
        assertThat(again(client, name, "SELECT 2")).isEqualTo("25P02");
        assertThat(again(client, name, "SELEC")).isEqualTo("42601");
        assertThat(again(client, name, "ROLLBACK")).isEqualTo("42P05");
        assertThat(again(client, name, "")).isEqualTo("42P05");
      }
      client.send('Q', cString("ROLLBACK"));
      client.untilReady();
      assertThat(again(client, "s1", "SELECT 2")).isEqualTo("42P05");
      client.raw(bind("s1"), execute(), sync());
      assertThat(text(client.untilReady())).contains("first");
    }
  }

  private static String again(RawClient client, String name, String sql) throws IOException {
    client.raw(parse(name, sql), sync());
    return client.untilReady().getFirst().field('C');
  }

  @Test
  void pgp22_whatTheServerSkipsIsSkippedHere() throws Exception {
    try (RawClient client = RawClient.loggedIn(door)) {
      client.raw(parse("s1", "SELECT 'first'"), sync());
      client.untilReady();
      client.raw(
          parse("", "SELECT nonsense FROM orders"),
          frame('C', new byte[] {'S'}, cString("s1")),
          parse("s1", "SELECT 'second'"),
          sync());
      List<Message> failed = client.untilReady();
      client.raw(bind("s1"), execute(), sync());

      assertThat(types(failed)).isEqualTo("EZ");
      assertThat(text(client.untilReady())).contains("first").doesNotContain("second");
    }
  }

  /** The gateway must not take the unnamed statement for the one that the server has skipped. */
  @Test
  void pgp22_whatIsUnnamedIsNotTakenForWhatWasSkipped() throws Exception {
    for (String skipped : List.of("", "s1")) {
      try (RawClient client = RawClient.loggedIn(door)) {
        client.raw(parse(skipped, "SELECT email FROM customers"), sync());
        client.untilReady();
        client.raw(
            parse("s2", "SELECT nonsense FROM orders"),
            frame('C', new byte[] {'S'}, cString(skipped)),
            parse(skipped, "SELECT 'harmless'"),
            sync(),
            bind(skipped),
            execute(),
            sync());

        assertThat(types(client.untilReady())).isEqualTo("EZ");
        List<Message> answers = client.untilReady();
        assertThat(types(answers)).isEqualTo("2DCZ");
        assertThat(text(answers)).doesNotContain("@").doesNotContain("harmless");
      }
    }
  }

  @Test
  void pgp22_aPortalIsNotTakenForOneThatWasSkipped() throws Exception {
    try (RawClient client = RawClient.loggedIn(door)) {
      client.raw(
          frame('Q', cString("BEGIN")),
          parse("mail", "SELECT email FROM customers"),
          frame('B', cString(""), cString("mail"), int16(0), int16(0), int16(0)),
          sync(),
          frame('Q', cString("SAVEPOINT s; SELECT 1")));
      client.untilReady();
      client.untilReady();
      client.untilReady();
      client.raw(
          parse("mail", "SELECT 'again'"),
          parse("x", "SELECT 'harmless'"),
          sync(),
          frame('Q', cString("ROLLBACK TO s")),
          execute(),
          sync());

      client.untilReady();
      client.untilReady();
      assertThat(text(client.untilReady())).doesNotContain("@");
    }
  }

  @Test
  void pgp22_aNameStaysTakenIfThePipelineThatDropsItFails() throws Exception {
    try (RawClient client = RawClient.loggedIn(door)) {
      client.raw(
          frame('Q', cString("BEGIN")),
          parse("s1", "SELECT 'first'"),
          frame('B', cString("p1"), cString("s1"), int16(0), int16(0), int16(0)),
          sync());
      client.untilReady();
      client.untilReady();
      client.raw(
          parse("", "SELECT nonsense FROM orders"),
          frame('C', new byte[] {'S'}, cString("s1")),
          sync(),
          parse("s1", "ROLLBACK"),
          sync());
      client.untilReady();
      List<Message> parsed = client.untilReady();
      client.raw(
          parse("s2", "ROLLBACK"),
          sync(),
          parse("", "SELECT nonsense FROM orders"),
          frame('C', new byte[] {'P'}, cString("p1")),
          sync(),
          frame('B', cString("p1"), cString("s2"), int16(0), int16(0), int16(0)),
          sync());
      client.untilReady();
      client.untilReady();

      assertThat(parsed.getFirst().body()).contains("42P05");
      assertThat(client.untilReady().getFirst().body()).contains("42P03");
    }
  }

  @Test
  void aTransactionDoesNotOutliveItsSession() throws Exception {
    try (RawClient client = RawClient.loggedIn(door)) {
      for (String sql :
          List.of("PREPARE TRANSACTION 'x'", "COMMIT PREPARED 'x'", "ROLLBACK PREPARED 'x'")) {
        client.send('Q', cString(sql));
        assertThat(text(client.untilReady())).as(sql).contains("PG-2PC");
      }
    }
  }

  @Test
  void pgp22_aRefusedMessageFailsItsPipelineAndNoMore() throws Exception {
    try (RawClient client = RawClient.loggedIn(door)) {
      client.raw(
          parse("", "INSERT INTO orders VALUES (55, 1, 'open', 1)"),
          bind(""),
          execute(),
          parse("", "DROP TABLE orders"),
          bind(""),
          execute(),
          sync(),
          parse("s2", "SELECT 'after'"),
          bind("s2"),
          execute(),
          sync());

      List<Message> first = client.untilReady();
      assertThat(types(first)).isEqualTo("12CEZ");
      assertThat(text(first)).contains("42501").contains("blocked by policy");
      assertThat(text(client.untilReady())).contains("after");
    }
    assertThat(door.shop.ask("SELECT count(*) FROM orders WHERE id = 55")).isEqualTo("0");
  }

  @Test
  void pgp27_rowsComeWithFlushAlone() throws Exception {
    try (RawClient client = RawClient.loggedIn(door)) {
      client.raw(parse("", "SELECT email FROM customers"), bind(""), execute(), frame('H'));
      ByteArrayOutputStream seen = new ByteArrayOutputStream();
      String types = "";
      while (!types.endsWith("C")) {
        Message message = client.message();
        types += message.type();
        seen.writeBytes(message.body().getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
      }

      assertThat(types).isEqualTo("12DC");
      assertThat(seen.toString(java.nio.charset.StandardCharsets.ISO_8859_1))
          .contains("*****")
          .doesNotContain("canary");
    }
  }

  @Test
  void pgp29_pgp30_aSimpleQueryDoesNotEnterAnOpenPipeline() throws Exception {
    try (RawClient client = RawClient.loggedIn(door)) {
      client.raw(parse("", "SELECT nonsense FROM orders"), frame('Q', cString("SELECT 1")), sync());

      assertThat(text(client.untilClosed())).contains("08P01").doesNotContain("SELECT 1");
    }
  }

  @Test
  void pgp31_functionCallsAreRefused() throws Exception {
    try (RawClient client = RawClient.loggedIn(door)) {
      client.send('F', int32(2922), int16(0), int16(0), int16(0));

      List<Message> answer = client.untilReady();
      assertThat(types(answer)).isEqualTo("EZ");
      assertThat(text(answer)).contains("PG-FUNCTION-CALL");
    }
  }

  @Test
  void aPasswordIsNotACommand() throws Exception {
    try (RawClient client = RawClient.loggedIn(door)) {
      client.send('p', cString("again"));

      assertThat(text(client.untilClosed())).contains("08P01");
    }
  }

  @Test
  void pgp23_aNameIsReadAsItWillBeWhenItRuns() throws Exception {
    try (RawClient client = RawClient.loggedIn(door)) {
      client.send('Q', cString("PREPARE p AS SELECT 'harmless'"));
      client.untilReady();

      client.raw(
          frame('Q', cString("DEALLOCATE p; PREPARE p AS SELECT lower(ssn) FROM customers")),
          frame('Q', cString("EXECUTE p")));

      client.untilReady();
      assertThat(text(client.untilReady())).contains("*****").doesNotContain("913-66", "harmless");
    }
  }

  @Test
  void pgp23_aPipelineThatRenamesIsReadInItsOrder() throws Exception {
    try (RawClient client = RawClient.loggedIn(door)) {
      client.send('Q', cString("PREPARE p AS SELECT 'harmless'"));
      client.untilReady();

      client.raw(
          parse("", "DEALLOCATE p"),
          bind(""),
          execute(),
          parse("", "PREPARE p AS SELECT lower(ssn) FROM customers"),
          bind(""),
          execute(),
          parse("", "EXECUTE p"),
          bind(""),
          execute(),
          sync());

      List<Message> answers = client.untilReady();
      assertThat(types(answers)).isEqualTo("12C12C12DCZ");
      assertThat(text(answers)).doesNotContain("913-66", "harmless");
    }
  }

  @Test
  void pgp23_aBoundNameMustStillMeanWhatWasJudged() throws Exception {
    try (RawClient client = RawClient.loggedIn(door)) {
      client.send('Q', cString("PREPARE p AS SELECT 'harmless'"));
      client.untilReady();

      client.raw(
          parse("run", "EXECUTE p"),
          frame('B', cString("later"), cString("run"), int16(0), int16(0), int16(0)),
          parse("", "DEALLOCATE p"),
          bind(""),
          execute(),
          parse("", "PREPARE p AS SELECT lower(ssn) FROM customers"),
          bind(""),
          execute(),
          frame('E', cString("later"), int32(0)),
          sync());

      List<Message> answers = client.untilReady();
      assertThat(text(answers)).contains("has changed since it was bound");
      assertThat(types(answers)).doesNotContain("D");
    }
  }

  @Test
  void pgp22_nothingIsSentBehindAPipelineThatHasFailed() throws Exception {
    try (RawClient client = RawClient.loggedIn(door)) {
      client.raw(
          parse("", "SELECT 1 / (id - id) FROM orders"),
          bind(""),
          execute(),
          parse("", "EXECUTE nobody"),
          bind(""),
          execute(),
          sync(),
          frame('Q', cString("SELECT 'in step'")));

      assertThat(types(client.untilReady())).endsWith("EZ");
      assertThat(text(client.untilReady())).contains("in step");
    }
  }

  @Test
  void pgs40_aQueryOfAClientThatHasLeftIsCancelled() throws Exception {
    try (RawClient client = RawClient.loggedIn(door)) {
      client.send('Q', cString("SELECT count(*) FROM generate_series(1, 1000000000) AS long"));
      Awaitility.await().until(() -> running("% AS long"), "1"::equals);
    }

    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> running("% AS long"), "0"::equals);
  }

  private static String running(String text) throws Exception {
    return door.shop.ask(
        "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '"
            + text
            + "'"
            + " AND pid <> pg_backend_pid()");
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

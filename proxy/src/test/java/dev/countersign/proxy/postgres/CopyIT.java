package dev.countersign.proxy.postgres;

import static dev.countersign.proxy.postgres.RawClient.bind;
import static dev.countersign.proxy.postgres.RawClient.cString;
import static dev.countersign.proxy.postgres.RawClient.execute;
import static dev.countersign.proxy.postgres.RawClient.frame;
import static dev.countersign.proxy.postgres.RawClient.parse;
import static dev.countersign.proxy.postgres.RawClient.sync;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.audit.event.Event;
import dev.countersign.proxy.postgres.RawClient.Message;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

/** COPY as streams, both ways. */
final class CopyIT {

  private static final int MANY = 50_000;

  private static OpenDoor door;

  @BeforeAll
  static void open() throws Exception {
    door = OpenDoor.open();
    door.allowEverything();
    door.shop.run(
        "CREATE TABLE bulk (id int, note text); CREATE TABLE many (LIKE bulk);"
            + " GRANT ALL ON bulk, many TO gateway");
  }

  @AfterAll
  static void close() throws Exception {
    door.close();
  }

  @Test
  void pgp33_rowsGoInAndOut_andNoMaskedOnes() throws Exception {
    byte[] rows =
        IntStream.range(0, MANY)
            .mapToObj(id -> id + ",\"note, " + id + "\"\n")
            .collect(Collectors.joining())
            .getBytes(UTF_8);
    try (Connection connection = DriverManager.getConnection(door.jdbcUrl())) {
      CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();
      ByteArrayOutputStream text = new ByteArrayOutputStream();
      ByteArrayOutputStream binary = new ByteArrayOutputStream();

      long in = copy.copyIn("COPY many FROM STDIN (FORMAT csv)", new ByteArrayInputStream(rows));
      long out = copy.copyOut("COPY many TO STDOUT (FORMAT csv)", text);
      copy.copyOut("COPY (SELECT id FROM many) TO STDOUT (FORMAT binary)", binary);

      assertThat(in).isEqualTo(MANY);
      assertThat(out).isEqualTo(MANY);
      assertThat(text.toByteArray()).isEqualTo(rows);
      assertThat(new String(binary.toByteArray(), 0, 6, UTF_8)).isEqualTo("PGCOPY");
      assertThatThrownBy(() -> copy.copyOut("COPY customers TO STDOUT", text))
          .hasMessageContaining("PG-MASKED-COPY");
      assertThat(copy.copyOut("COPY customers (id, name) TO STDOUT", text)).isEqualTo(1);
    }
    assertThat(door.journal.of(Event.CommandCompleted.class))
        .anyMatch(end -> end.status().equals("COPY " + MANY) && end.rows() == MANY);
  }

  @Test
  void pgp34_copiesStandAmongOtherStatements() throws Exception {
    try (RawClient client = RawClient.loggedIn(door)) {
      client.send(
          'Q',
          cString(
              "SELECT 1; COPY (SELECT 2) TO STDOUT; COPY bulk FROM STDIN;"
                  + " COPY bulk FROM STDIN; SELECT ssn FROM customers"));
      client.raw(
          frame('d', "-1\ta\n".getBytes(UTF_8)),
          frame('c'),
          frame('d', "-1\tb\n-1".getBytes(UTF_8)),
          frame('d', "\tc\n".getBytes(UTF_8)),
          frame('c'),
          frame('Q', cString("SELECT 'next'")));

      assertThat(types(client.untilReady())).isEqualTo("TDCHdcCGCGCTDCZ");
      assertThat(text(client.untilReady())).contains("next");
    }
    assertThat(door.shop.ask("SELECT count(*) FROM bulk WHERE id = -1")).isEqualTo("3");
  }

  @Test
  void pgp34_aCopyThatFailsLeavesTheSessionInStep() throws Exception {
    try (RawClient client = RawClient.loggedIn(door)) {
      client.raw(
          frame('Q', cString("COPY bulk FROM STDIN")),
          frame('d', "no number\tx\n".getBytes(UTF_8)),
          frame('d', "1\tx\n".getBytes(UTF_8)),
          frame('c'));
      assertThat(types(client.untilReady())).isEqualTo("GEZ");

      client.raw(
          frame('Q', cString("COPY bulk FROM STDIN")), frame('f', cString("changed my mind")));
      assertThat(text(client.untilReady())).contains("57014");

      client.raw(frame('Q', cString("COPY nowhere FROM STDIN")), frame('Q', cString("SELECT 1")));
      assertThat(types(client.untilReady())).isEqualTo("EZ");
      assertThat(types(client.untilReady())).isEqualTo("TDCZ");

      client.raw(
          frame('Q', cString("SELECT 1 / 0")),
          frame('Q', cString("COPY bulk FROM STDIN")),
          frame('d', "-2\tx\n".getBytes(UTF_8)),
          frame('c'));
      assertThat(types(client.untilReady())).isEqualTo("EZ");
      assertThat(types(client.untilReady())).isEqualTo("GCZ");
    }
    assertThat(door.shop.ask("SELECT count(*) FROM bulk WHERE id = -2")).isEqualTo("1");
  }

  @Test
  void pgp34_copiesInTheExtendedProtocol() throws Exception {
    try (RawClient client = RawClient.loggedIn(door)) {
      client.raw(parse("", "COPY bulk FROM STDIN"), bind(""), execute(), sync());
      client.raw(frame('d', "-3\tx\n".getBytes(UTF_8)), frame('H'), frame('c'), sync());
      assertThat(types(client.untilReady())).isEqualTo("12GCZ");

      client.raw(parse("", "COPY (SELECT 7) TO STDOUT"), bind(""), execute(), sync());
      assertThat(types(client.untilReady())).isEqualTo("12HdcCZ");

      client.raw(parse("", "COPY (SELECT ssn FROM customers) TO STDOUT"), sync());
      assertThat(types(client.untilReady())).isEqualTo("EZ");
    }
    assertThat(door.shop.ask("SELECT count(*) FROM bulk WHERE id = -3")).isEqualTo("1");
  }

  @Test
  void pgp35_nothingIsCopiedToOrFromTheServer() throws Exception {
    try (RawClient client = RawClient.loggedIn(door)) {
      for (String sql :
          List.of(
              "COPY bulk TO '/tmp/x'",
              "COPY bulk FROM PROGRAM 'id'",
              "SELECT 1; COPY (SELECT 1) TO PROGRAM 'id'")) {
        client.send('Q', cString(sql));
        assertThat(text(client.untilReady())).contains("PG-COPY");
      }
    }
  }

  @Test
  void nothingElseComesIntoACopy() throws Exception {
    try (RawClient client = RawClient.loggedIn(door)) {
      client.raw(
          frame('Q', cString("COPY bulk FROM STDIN")), frame('Q', cString("DROP TABLE bulk")));

      assertThat(text(client.untilClosed())).contains("08P01");
    }
    assertThat(door.shop.ask("SELECT count(*) FROM pg_class WHERE relname = 'bulk'"))
        .isEqualTo("1");
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

package dev.countersign.proxy.postgres;

import static dev.countersign.proxy.postgres.RawClient.cString;
import static dev.countersign.proxy.postgres.RawClient.execute;
import static dev.countersign.proxy.postgres.RawClient.frame;
import static dev.countersign.proxy.postgres.RawClient.int16;
import static dev.countersign.proxy.postgres.RawClient.int32;
import static dev.countersign.proxy.postgres.RawClient.parse;
import static dev.countersign.proxy.postgres.RawClient.sync;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.decision.approval.Exhibit;
import dev.countersign.decision.approval.Fingerprints;
import dev.countersign.proxy.frontdoor.PaperApprovals;
import dev.countersign.proxy.postgres.RawClient.Message;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What an approver sees, what is looked at again before a command runs, and clients that do not
 * wait.
 */
final class ApprovalIT {

  private static OpenDoor door;

  @BeforeAll
  static void open() throws Exception {
    door = OpenDoor.open();
    door.shop.run("ANALYZE");
  }

  @AfterAll
  static void close() throws Exception {
    door.close();
  }

  @Test
  void theApproverSeesParametersTablesAndPlan() throws Exception {
    try (RawClient client = RawClient.loggedIn(door)) {
      client.raw(
          parse("", "UPDATE orders SET status = $1 WHERE id = 3"),
          frame(
              'B',
              cString(""),
              cString(""),
              int16(0),
              int16(1),
              int32(4),
              "paid".getBytes(UTF_8),
              int16(0)),
          execute(),
          sync());
      PaperApprovals.Asked asked = door.approvals.next();
      asked.approve();
      client.untilReady();

      assertThat(asked.exhibits().stream().map(Exhibit::title))
          .containsExactly("Statement, laid out", "Parameters", "Tables", "Plan");
      assertThat(asked.exhibits().get(1).content()).contains("$1", "paid");
      assertThat(asked.exhibits().get(2).content()).contains("public.orders", "\"10\"");
      assertThat(asked.exhibits().get(3).content()).contains("Update on", "id = 3");
    }
    assertThat(door.shop.ask("SELECT status FROM orders WHERE id = 3")).isEqualTo("paid");
  }

  @Test
  void gw17_whatChangedMeanwhileWasNotApproved() throws Exception {
    try (RawClient client = RawClient.loggedIn(door)) {
      client.send('Q', cString("UPDATE orders SET status = 'lost' WHERE id = 4"));
      PaperApprovals.Asked asked = door.approvals.next();
      door.shop.run(
          """
          CREATE FUNCTION wipe() RETURNS trigger LANGUAGE plpgsql
            AS $$BEGIN DELETE FROM public.payments; RETURN NEW; END$$;
          CREATE TRIGGER wipe BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION wipe();
          """);
      asked.approve();

      assertThat(text(client.untilReady())).contains("42501", "has been changed meanwhile");
    } finally {
      door.shop.run("DROP TRIGGER wipe ON orders; DROP FUNCTION wipe()");
    }
    assertThat(door.shop.ask("SELECT count(*) FROM payments")).isEqualTo("1");
    assertThat(door.shop.ask("SELECT status FROM orders WHERE id = 4")).isEqualTo("open");
  }

  /** A yes beforehand is found by it: of another function, of another trigger there is none. */
  @Test
  void gw17_theSameTextIsAnotherCommandOnceWhatItUsesIsAnother() throws Exception {
    String sql = "UPDATE orders SET status = 'x' WHERE id = public.scratch_rounded(6) + ";
    door.shop.run(
        "CREATE FUNCTION scratch_rounded(bigint) RETURNS bigint LANGUAGE sql AS 'SELECT $1 / 100 *"
            + " 100'");
    try {
      Fingerprints before = fingerprints(sql + 6);
      assertThat(fingerprints(sql + 6)).isEqualTo(before);
      assertThat(fingerprints(sql + 7).anyValues()).isEqualTo(before.anyValues());
      assertThat(fingerprints(sql + 7).same()).isNotEqualTo(before.same());

      door.shop.run(
          "CREATE OR REPLACE FUNCTION scratch_rounded(bigint) RETURNS bigint LANGUAGE sql AS"
              + " 'SELECT 0::bigint'");

      Fingerprints after = fingerprints(sql + 6);
      assertThat(after.same()).isNotEqualTo(before.same());
      assertThat(after.anyValues()).isNotEqualTo(before.anyValues());
    } finally {
      door.shop.run("DROP FUNCTION scratch_rounded(bigint)");
    }
  }

  /** Ours: what runs along with a statement, and none of it is in its text. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "ALTER TABLE scratch.parcel ALTER COLUMN note SET DEFAULT 'other'",
        "ALTER TABLE scratch.parcel ADD CHECK (weight < 99)",
        "ALTER TABLE scratch.parcel ALTER COLUMN weight TYPE bigint",
        "CREATE POLICY none ON scratch.parcel USING (false)",
        "ALTER DOMAIN scratch.grams ADD CHECK (VALUE > 1)",
        "CREATE TABLE scratch.child () INHERITS (scratch.parcel)",
        "CREATE TABLE scratch.label (weight int REFERENCES scratch.parcel ON UPDATE CASCADE)",
        "CREATE OR REPLACE FUNCTION scratch.heavier(int, int) RETURNS boolean LANGUAGE sql AS"
            + " 'SELECT false'",
        "CREATE OR REPLACE FUNCTION scratch.stamp() RETURNS text LANGUAGE sql AS 'SELECT ''x'''",
        "CREATE OR REPLACE FUNCTION scratch.paired(int) RETURNS scratch.pair LANGUAGE sql AS"
            + " 'SELECT ROW(0, 0)::scratch.pair'",
        "CREATE INDEX ON scratch.parcel (upper(note))",
        "CREATE RULE quiet AS ON UPDATE TO scratch.parcel DO INSTEAD NOTHING",
        "ALTER TABLE scratch.seen ADD COLUMN more int",
        "CREATE EVENT TRIGGER scratch_any ON ddl_command_end EXECUTE FUNCTION scratch.event()"
      })
  void gw17_whatRunsAlongIsPartOfWhatWasApproved(String change) throws Exception {
    door.shop.run(
        """
        CREATE SCHEMA scratch;
        CREATE DOMAIN scratch.grams AS int;
        CREATE FUNCTION scratch.stamp() RETURNS text LANGUAGE sql AS 'SELECT ''now''';
        CREATE FUNCTION scratch.heavier(int, int) RETURNS boolean LANGUAGE sql AS 'SELECT $1 > $2';
        CREATE FUNCTION scratch.event() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
        CREATE TYPE scratch.pair AS (a int, b int);
        CREATE FUNCTION scratch.paired(int) RETURNS scratch.pair LANGUAGE sql
          AS 'SELECT ROW($1, $1)::scratch.pair';
        CREATE CAST (int AS scratch.pair) WITH FUNCTION scratch.paired(int);
        CREATE OPERATOR scratch.>>> (LEFTARG = int, RIGHTARG = int, FUNCTION = scratch.heavier);
        CREATE TABLE scratch.parcel (weight int PRIMARY KEY, gross scratch.grams,
          note text DEFAULT scratch.stamp());
        CREATE TABLE scratch.seen (weight int);
        CREATE VIEW scratch.view AS SELECT * FROM scratch.seen;
        """);
    String sql =
        "UPDATE scratch.parcel SET note = 'lost' WHERE weight OPERATOR(scratch.>>>) 6"
            + " AND weight IN (SELECT weight FROM scratch.view) AND weight > (7::scratch.pair).a";
    try {
      Fingerprints before = fingerprints(sql);
      assertThat(fingerprints(sql)).isEqualTo(before);

      door.shop.run(change);

      assertThat(fingerprints(sql).same()).as(change).isNotEqualTo(before.same());
    } finally {
      door.shop.run("DROP EVENT TRIGGER IF EXISTS scratch_any; DROP SCHEMA scratch CASCADE");
    }
  }

  private static Fingerprints fingerprints(String sql) throws Exception {
    try (RawClient client = RawClient.loggedIn(door)) {
      client.send('Q', cString(sql));
      PaperApprovals.Asked asked = door.approvals.next();
      asked.deny("only asked");
      client.untilReady();
      return asked.fingerprints().orElseThrow();
    }
  }

  @Test
  void aClientThatDoesNotWaitComesAgain_once() throws Exception {
    String sql = "UPDATE orders SET total_cents = total_cents + 1 WHERE id = 5";
    try (RawClient client = retrying()) {
      String first = ask(client, sql);
      PaperApprovals.Asked asked = door.approvals.next();
      String second = ask(client, sql);
      String other = ask(client, sql + " ");
      PaperApprovals.Asked otherAsked = door.approvals.next();
      asked.approve();
      otherAsked.deny("no");

      assertThat(first).contains("waiting for approval " + asked.id(), asked.id(), "42501");
      assertThat(second).contains("waiting for approval " + asked.id());
      assertThat(other).contains("waiting for approval " + otherAsked.id());
      assertThat(ask(client, sql)).contains("UPDATE 1");
      assertThat(ask(client, sql + " ")).contains("was denied");
      assertThat(ask(client, sql)).contains("waiting for approval");
      assertThat(door.approvals.next().id()).isNotEqualTo(asked.id());
    }
    assertThat(door.shop.ask("SELECT total_cents FROM orders WHERE id = 5")).isEqualTo("501");
    assertThat(door.approvals.withdrawn).isEmpty();
  }

  private static RawClient retrying() throws Exception {
    RawClient client = new RawClient(door.address);
    client.tls();
    client.startup(
        RawClient.PROTOCOL_3_0,
        "user",
        "agent-7",
        "database",
        "orders",
        "options",
        "-c countersign.approvals=retry");
    client.message();
    client.send('p', cString(OpenDoor.TOKEN));
    client.untilReady();
    return client;
  }

  private static String ask(RawClient client, String sql) throws IOException {
    client.send('Q', cString(sql));
    return text(client.untilReady());
  }

  private static String text(List<Message> messages) {
    return messages.stream().map(Message::body).collect(Collectors.joining());
  }
}

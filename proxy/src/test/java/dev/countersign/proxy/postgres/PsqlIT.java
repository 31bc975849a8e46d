package dev.countersign.proxy.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.audit.event.Event;
import dev.countersign.proxy.frontdoor.PaperApprovals;
import dev.countersign.proxy.postgres.OpenDoor.Printed;
import dev.countersign.rules.verdict.MaskPlan;
import dev.countersign.rules.verdict.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What stock psql sees through the door. */
@Tag("every-postgres")
final class PsqlIT {

  private static OpenDoor door;

  @BeforeAll
  static void open() throws Exception {
    door = OpenDoor.open();
  }

  @AfterAll
  static void close() throws Exception {
    door.close();
  }

  @AfterEach
  void nothingMaskedEverLeft() {
    String received = door.tap.received().toLowerCase(Locale.ROOT);
    assertThat(Shop.CANARIES).noneMatch(received::contains);
    door.tap.forget();
    door.journal.clear();
  }

  @Test
  void answersAnAllowedQuery() throws Exception {
    Printed printed = door.psql("SELECT count(*) FROM orders");

    assertThat(printed.text()).contains("10");
    assertThat(printed.exit()).isZero();
  }

  @Test
  void recordsTheSessionAndTheCommandBeforeAndAfter() throws Exception {
    door.psql("SELECT id FROM orders LIMIT 3");

    assertThat(door.journal.of(Event.SessionOpened.class))
        .singleElement()
        .satisfies(
            opened -> {
              assertThat(opened.subject()).isEqualTo(OpenDoor.AGENT);
              assertThat(opened.resource()).isEqualTo("orders");
              assertThat(opened.application()).isEqualTo("psql");
            });
    assertThat(door.journal.of(Event.CommandDecided.class))
        .singleElement()
        .satisfies(
            decided -> {
              assertThat(decided.text()).isEqualTo("SELECT id FROM orders LIMIT 3");
              assertThat(decided.verdict()).isEqualTo(Verdict.ALLOW);
            });
    assertThat(door.journal.of(Event.CommandCompleted.class))
        .singleElement()
        .satisfies(
            completed -> {
              assertThat(completed.status()).isEqualTo("SELECT 3");
              assertThat(completed.rows()).isEqualTo(3);
              assertThat(completed.bytes()).as("three rows of one number").isBetween(36L, 60L);
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DELETE FROM orders",
        "WITH d AS (DELETE FROM orders RETURNING *) SELECT * FROM d",
        "SELECT 1; DROP TABLE orders",
        "EXPLAIN ANALYZE DELETE FROM orders",
        "DO $$ BEGIN DELETE FROM orders; END $$",
        "TRUNCATE orders",
        "PREPARE p AS DELETE FROM orders",
        "BEGIN READ ONLY; SELECT 1; COMMIT; DELETE FROM orders",
        "SELECT query_to_xml('delete from orders', true, true, '')",
        "SELECT lo_import('/etc/passwd')"
      })
  void pgp37_blocksWhateverCanDelete(String sql) throws Exception {
    Printed printed = door.psql(sql, "SELECT 'still' || ' here'");

    assertThat(printed.text()).contains("42501: blocked by policy").contains("still here");
    assertThat(door.shop.ask("SELECT count(*) FROM orders")).isEqualTo("10");
  }

  @Test
  void saysWhichRuleBlockedAndWhatToDoInstead() throws Exception {
    Printed printed = door.psql("DELETE FROM orders WHERE id = 1");

    assertThat(printed.text())
        .contains(
            "ERROR:  42501: blocked by policy SQL-009 (nobody deletes in production)",
            "DETAIL:  decision ",
            "\"rule\":\"SQL-009\"",
            "HINT:  Ask the shop's owner.");
    assertThat(door.journal.of(Event.CommandDecided.class))
        .singleElement()
        .satisfies(decided -> assertThat(decided.verdict()).isEqualTo(Verdict.BLOCK));
    assertThat(door.journal.of(Event.CommandCompleted.class)).isEmpty();
  }

  @Test
  void pgp39_aBlockedStatementFailsTheTransactionItIsIn() throws Exception {
    Printed printed =
        door.psql(
            "BEGIN",
            "INSERT INTO orders VALUES (99, 1, 'open', 1)",
            "DELETE FROM orders",
            "SELECT 'never'",
            "COMMIT");

    assertThat(printed.text()).contains("42501", "25P02", "ROLLBACK").doesNotContain("never\n(1");
    assertThat(door.shop.ask("SELECT count(*) FROM orders")).isEqualTo("10");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT email FROM customers",
        "SELECT * FROM customers",
        "SELECT lower(email), upper(ssn) FROM customers",
        "SELECT c FROM customers c",
        "TABLE customers",
        "SELECT row_to_json(c) FROM customers c",
        "SELECT string_agg(email, ',') FROM customers",
        "SELECT email::int FROM customers",
        "SELECT (ssn || '!')::date FROM customers",
        "SELECT card_number FROM payments",
        "SELECT 1; SELECT ssn FROM customers; SELECT 2",
        "INSERT INTO customers SELECT id, name, email, phone, ssn FROM customers",
        "SELECT * FROM pg_stats WHERE tablename = 'customers'",
        "SELECT xmlforest(email) FROM customers",
        "EXPLAIN ANALYZE SELECT * FROM customers WHERE email = (SELECT max(email) FROM customers)",
        "COPY customers TO STDOUT",
        "COPY (SELECT email FROM customers) TO STDOUT"
      })
  void pgp41_noMaskedValueLeaves(String sql) throws Exception {
    Printed printed = door.psql(sql, "SELECT 'still' || ' here'");

    assertThat(printed.text().toLowerCase(Locale.ROOT)).doesNotContain("canary", "913-66");
    assertThat(printed.text()).contains("still here");
  }

  @Test
  void recordsWhichColumnsWereMasked() throws Exception {
    Printed printed = door.psql("SELECT id, email FROM customers");

    assertThat(printed.text()).contains("1|*****");
    assertThat(door.journal.of(Event.CommandCompleted.class).getFirst().maskedColumns())
        .containsExactly("email");
  }

  @Test
  void pgp23_masksWhatAPreparedStatementAndACursorReturn() throws Exception {
    Printed printed =
        door.psql(
            "PREPARE p AS SELECT id, lower(email) FROM customers",
            "EXECUTE p",
            "BEGIN",
            "DECLARE c CURSOR FOR SELECT ssn, id FROM customers",
            "FETCH ALL FROM c",
            "COMMIT",
            "DEALLOCATE p");

    assertThat(printed.text()).contains("PREPARE", "DECLARE CURSOR", "(1 row)", "DEALLOCATE");
    assertThat(printed.text()).contains("1|*****");
  }

  @ParameterizedTest
  @ValueSource(strings = {"EXECUTE nobody", "FETCH ALL FROM nobody"})
  void blocksNamesItDoesNotKnow(String sql) throws Exception {
    assertThat(door.psql(sql).text()).contains("PG-UNKNOWN-NAME");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SET search_path = pg_temp",
        "SET standard_conforming_strings = off",
        "SET client_encoding = 'SJIS'",
        "SET ROLE postgres",
        "RESET ROLE"
      })
  void refusesWhatWouldTakeTheGroundAway(String sql) throws Exception {
    assertThat(door.psql(sql).text()).contains("42501: blocked by policy PG-");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT set_config('search_path', 'x', false)",
        "LISTEN a",
        "NOTIFY a",
        "DO 'BEGIN END'"
      })
  void leavesTheFirstWordToThePolicyWhereItBlocksToo(String sql) throws Exception {
    assertThat(door.psql(sql).text()).contains("blocked by policy " + ShopPolicy.DELETE_RULE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "EXECUTE p(set_config('search_path', 'x', false))",
        "EXECUTE p(pg_read_file('PG_VERSION'))",
        "EXPLAIN ANALYZE EXECUTE p('x')",
        "CREATE TABLE scratch_copy AS EXECUTE p('x')"
      })
  void judgesWhatAnExecuteCarries(String sql) throws Exception {
    Printed printed = door.psql("PREPARE p(text) AS SELECT $1 || 'y'", sql);

    assertThat(printed.text()).contains("PREPARE", "42501: blocked by policy");
  }

  @Test
  void showsTheApproverWhatANameStandsFor() throws Exception {
    Process psql =
        door.start(
            List.of(
                "psql",
                "-X",
                "-c",
                "PREPARE pay AS UPDATE orders SET status = 'paid' WHERE id = 2",
                "-c",
                "EXECUTE pay"));
    PaperApprovals.Asked prepare = door.approvals.next();
    prepare.approve();
    PaperApprovals.Asked asked = door.approvals.next();
    asked.deny("no");
    psql.waitFor();

    assertThat(asked.command().text())
        .isEqualTo(
            "EXECUTE pay\n-- runs: PREPARE pay AS UPDATE orders SET status = 'paid' WHERE id = 2");
  }

  @Test
  void pgs10_masksAViewThatWasMadePastTheGatewayAMomentAgo() throws Exception {
    String before = door.psql("SELECT * FROM fresh", "SELECT lower(ssn) FROM fresh").text();
    door.shop.run(
        "CREATE VIEW later AS SELECT id, ssn FROM customers; GRANT SELECT ON later TO gateway");

    Printed printed = door.psql("SELECT * FROM later", "SELECT lower(ssn) FROM later");

    assertThat(before).contains("does not exist");
    assertThat(printed.text()).contains("(1 row)").doesNotContain("913-66");
  }

  @Test
  void aTransactionSeesTheTableItHasMade() throws Exception {
    Printed printed =
        door.psql(
            "BEGIN",
            "CREATE TEMP TABLE scratch (a text)",
            "INSERT INTO scratch VALUES ('mine')",
            "SELECT a FROM scratch",
            "ROLLBACK");

    assertThat(printed.text()).contains("mine");
  }

  @Test
  void survivesDeepNesting() throws Exception {
    Printed printed = door.psql("SELECT " + "NOT ".repeat(3_000) + "true", "SELECT 'alive'");

    assertThat(printed.text()).contains("alive");
  }

  @Test
  void tellsSyntaxErrorsAsPostgresDoes() throws Exception {
    Printed printed = door.psql("SELEC 1", "SELECT 'still' || ' here'");

    assertThat(printed.text()).contains("42601", "syntax error", "still here");
  }

  @Test
  void runsExactlyWhatWasApprovedOnce() throws Exception {
    Process psql =
        door.start(List.of("psql", "-X", "-c", "UPDATE orders SET status = 'paid' WHERE id = 2"));
    PaperApprovals.Asked asked = door.approvals.next();
    String before = door.shop.ask("SELECT status FROM orders WHERE id = 2");
    asked.approve();
    String text =
        new String(psql.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);

    assertThat(before).isEqualTo("open");
    assertThat(asked.command().text()).isEqualTo("UPDATE orders SET status = 'paid' WHERE id = 2");
    assertThat(asked.command().subject()).isEqualTo(OpenDoor.AGENT);
    assertThat(text).contains("waiting for approval " + asked.id(), "UPDATE 1");
    assertThat(door.shop.ask("SELECT status FROM orders WHERE id = 2")).isEqualTo("paid");
    assertThat(door.journal.of(Event.ApprovalAnswered.class).getFirst().answer())
        .isEqualTo(Event.ApprovalAnswered.Answer.APPROVED);
  }

  @Test
  void tellsTheApproversWordsWhenDenied() throws Exception {
    Process psql = door.start(List.of("psql", "-X", "-c", "UPDATE orders SET status = 'no'"));
    door.approvals.next().deny("not today");
    String text =
        new String(psql.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);

    assertThat(text).contains("denied by bob: not today");
    assertThat(door.shop.ask("SELECT count(*) FROM orders WHERE status = 'no'")).isEqualTo("0");
  }

  @Test
  void doesNotRunWhatTheNewPolicyBlocks() throws Exception {
    try {
      Process psql = door.start(List.of("psql", "-X", "-c", "UPDATE orders SET status = 'no'"));
      PaperApprovals.Asked asked = door.approvals.next();
      door.policy.activate(new ShopPolicy("shop-2", Verdict.BLOCK));
      asked.approve();
      String text =
          new String(psql.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);

      assertThat(text).contains("ERROR:");
      assertThat(door.shop.ask("SELECT count(*) FROM orders WHERE status = 'no'")).isEqualTo("0");
    } finally {
      door.policy.activate(new ShopPolicy());
    }
  }

  @Test
  void whereNothingIsMaskedErrorsKeepTheirWords() throws Exception {
    door.policy.activate(new OpenHandedPolicy(new MaskPlan(List.of())));
    try {
      assertThat(
              door.psql("CREATE TEMP TABLE fresh (a int)", "\\copy fresh from program 'echo x'")
                  .text())
          .contains("invalid input syntax for type integer: \"x\"", "COPY fresh, line 1");
    } finally {
      door.policy.activate(new ShopPolicy());
    }
  }

  @Test
  void aClientThatLeavesWithdrawsItsRequest() throws Exception {
    Process psql = door.start(List.of("psql", "-X", "-c", "UPDATE orders SET status = 'no'"));
    PaperApprovals.Asked asked = door.approvals.next();
    psql.destroyForcibly();

    assertThat(door.approvals.withdrawn.poll(20, java.util.concurrent.TimeUnit.SECONDS))
        .isEqualTo(asked.id());
  }

  @Test
  void nothingRunsThatCannotBeRecorded() throws Exception {
    door.journal.broken(true);
    Printed refused;
    try {
      refused = door.psql("INSERT INTO orders VALUES (77, 1, 'open', 1)");
    } finally {
      door.journal.broken(false);
    }

    assertThat(refused.exit()).isNotZero();
    assertThat(door.shop.ask("SELECT count(*) FROM orders")).isEqualTo("10");
  }

  @Test
  void refusesWrongTokensAndUnknownResources() throws Exception {
    Printed unknown = door.run(List.of("psql", "-X", "-c", "SELECT 1", "dbname=elsewhere"));
    Printed wrong = door.run(List.of("psql", "-X", "-c", "SELECT 1", "password=wrong"));
    Printed plain =
        door.run(
            List.of(
                "psql", "-X", "-c", "SELECT 1", "sslmode=disable port=" + door.address.getPort()));
    Printed options =
        door.run(List.of("psql", "-X", "-c", "SELECT 1", "options='-c search_path=b'"));

    assertThat(List.of(unknown, wrong, plain, options)).allMatch(printed -> printed.exit() == 2);
    assertThat(unknown.text()).contains("elsewhere").doesNotContain("postgres\"");
    assertThat(wrong.text()).contains("token was refused");
    assertThat(plain.text()).contains("TLS");
    assertThat(options.text()).contains("options");
    assertThat(door.journal.of(Event.SessionRefused.class)).hasSizeGreaterThanOrEqualTo(3);
  }

  @Test
  void endsASessionWhoseTokenHasExpired() throws Exception {
    door.tokensExpire(Instant.now());
    Printed printed;
    try {
      printed = door.psql("SELECT 1");
    } finally {
      door.tokensExpire(Instant.MAX);
    }

    assertThat(printed.text()).contains("expired");
  }

  @Test
  void seesATableThatTheSessionHasJustMade() throws Exception {
    Printed printed =
        door.psql(
            "CREATE TABLE scratch_a (id int)",
            "INSERT INTO scratch_a VALUES (7)",
            "SELECT id + 1 FROM scratch_a",
            "DROP TABLE scratch_a");

    assertThat(printed.text()).contains("CREATE TABLE", "INSERT 0 1", "8", "DROP TABLE");
  }

  @ParameterizedTest
  @ValueSource(strings = {"simple", "extended", "prepared"})
  void runsPgbenchInEveryMode(String mode) throws Exception {
    if (door.shop
        .ask("SELECT count(*) FROM pg_tables WHERE tablename = 'pgbench_accounts'")
        .equals("0")) {
      door.shop.run(
          "CREATE TABLE pgbench_accounts (aid int PRIMARY KEY, bid int, abalance int, filler"
              + " char(84)); INSERT INTO pgbench_accounts SELECT n, 1, 0, '' FROM"
              + " generate_series(1, 100000) n; CREATE TABLE pgbench_branches (bid int); INSERT"
              + " INTO pgbench_branches VALUES (1); GRANT ALL ON ALL TABLES IN SCHEMA public TO"
              + " gateway");
    }
    Printed printed =
        door.run(List.of("pgbench", "-n", "-S", "-M", mode, "-c", "4", "-t", "100", "-s", "1"));

    assertThat(printed.text()).contains("number of transactions actually processed: 400/400");
  }
}

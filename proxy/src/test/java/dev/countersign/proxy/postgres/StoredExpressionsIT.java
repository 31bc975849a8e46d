package dev.countersign.proxy.postgres;

import static dev.countersign.proxy.postgres.RawClient.cString;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.countersign.rules.fact.Glob;
import dev.countersign.rules.verdict.MaskPlan;
import dev.countersign.rules.verdict.MaskRule;
import dev.countersign.rules.verdict.Masker;
import dev.countersign.rules.verdict.MatchedRow;
import dev.countersign.rules.verdict.Verdict;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Ways to a masked value by what a database stores and does later, tried by a role that owns what
 * it makes and is no superuser: row security holds for it.
 */
final class StoredExpressionsIT {

  private static final MatchedRow PERSONAL =
      new MatchedRow("MASK-001", "Masking", 2, Verdict.MASK, "", "personal data", "", List.of());

  private static OpenDoor door;

  @BeforeAll
  static void open() throws Exception {
    door = OpenDoor.open();
    door.shop.run(
        """
        GRANT pg_read_all_data TO gateway;
        ALTER TABLE customers ALTER email SET STORAGE EXTERNAL;
        INSERT INTO customers VALUES (60, 'Long', repeat('%1$s ', 300));
        INSERT INTO customers SELECT n, 'Twin', '%1$s' FROM generate_series(61, 70) n;
        ANALYZE customers;
        CREATE TYPE person AS (id int, ssn text);
        CREATE TABLE people OF person;
        INSERT INTO people VALUES (1, '%2$s');
        CREATE TABLE mails (email text, loud text GENERATED ALWAYS AS (upper(email)) STORED);
        INSERT INTO mails VALUES ('%1$s');
        CREATE TABLE claims (id int, ssn text REFERENCES customers (ssn) ON UPDATE CASCADE);
        INSERT INTO claims VALUES (1, '%2$s');
        CREATE VIEW statistics AS SELECT tablename, most_common_vals::text AS v FROM pg_stats;
        GRANT ALL ON ALL TABLES IN SCHEMA public TO gateway;
        ALTER TABLE people OWNER TO gateway;
        ALTER TYPE person OWNER TO gateway;
        ALTER TABLE mails OWNER TO gateway;
        ALTER TABLE claims OWNER TO gateway;
        CREATE TABLE folks (id int, email text) PARTITION BY RANGE (id);
        CREATE TABLE once (id int, email text);
        ALTER TABLE folks OWNER TO gateway;
        ALTER TABLE once OWNER TO gateway;
        CREATE TABLE vip (level int) INHERITS (customers);
        ALTER TABLE vip OWNER TO gateway;
        CREATE TABLE plain (id int, ssn text, name text);
        ALTER TABLE plain OWNER TO gateway;
        CREATE TABLE insured (id int, name text, ssn text);
        CREATE UNIQUE INDEX of_insured ON insured (ssn);
        INSERT INTO insured VALUES (1, 'Ada', '%2$s');
        ALTER TABLE insured OWNER TO gateway;
        CREATE TABLE covers (ssn text REFERENCES insured (ssn) ON UPDATE CASCADE);
        INSERT INTO covers VALUES ('%2$s');
        ALTER TABLE covers OWNER TO gateway;
        CREATE TABLE born (id int, day date);
        INSERT INTO born VALUES (1, '1981-04-29');
        ALTER TABLE born OWNER TO gateway;
        CREATE SCHEMA desk AUTHORIZATION gateway;
        CREATE TABLE desk.people (ssn text, id text GENERATED ALWAYS AS (ssn) STORED);
        ALTER TABLE desk.people OWNER TO gateway;
        CREATE TABLE desk.notes (id int);
        ALTER TABLE desk.notes OWNER TO gateway;
        CREATE TABLE desk.late AS SELECT 1 AS id;
        ALTER TABLE desk.late ADD COLUMN email text DEFAULT '%1$s';
        ALTER TABLE desk.late ALTER email DROP DEFAULT;
        GRANT SELECT ON desk.late TO gateway;
        CREATE VIEW desk.folks AS SELECT id, name AS email FROM plain;
        ALTER VIEW desk.folks OWNER TO gateway;
        CREATE TABLE houses (id int PRIMARY KEY);
        CREATE TABLE tenants (house int DEFAULT 0 REFERENCES houses ON DELETE SET DEFAULT, ssn text,
            UNIQUE (house, ssn) DEFERRABLE INITIALLY DEFERRED);
        CREATE TABLE flats (house int REFERENCES houses ON DELETE CASCADE, code text UNIQUE);
        CREATE TABLE bells (code text REFERENCES flats (code) DEFERRABLE INITIALLY DEFERRED);
        INSERT INTO houses VALUES (0), (1), (2);
        INSERT INTO tenants VALUES (0, '%2$s'), (1, '%2$s');
        INSERT INTO flats VALUES (2, '%2$s');
        INSERT INTO bells VALUES ('%2$s');
        CREATE TABLE drawn (id int, name text, email text,
            loud text GENERATED ALWAYS AS (upper(email)) VIRTUAL,
            label text GENERATED ALWAYS AS (name) VIRTUAL) PARTITION BY LIST (id);
        CREATE TABLE drawn_1 PARTITION OF drawn FOR VALUES IN (1);
        CREATE TABLE drawn_2 PARTITION OF drawn (label GENERATED ALWAYS AS (name || email))
            FOR VALUES IN (2);
        INSERT INTO drawn (id, name, email) VALUES (1, 'Ada', '%1$s'), (2, 'Ben', '%1$s');
        CREATE VIEW v_drawn AS SELECT id, loud AS l, label AS m FROM drawn;
        GRANT ALL ON houses, tenants, flats, bells, drawn, drawn_1, drawn_2, v_drawn TO gateway;
        CREATE SCHEMA "information_schema.x" AUTHORIZATION gateway;
        CREATE TABLE "information_schema.x".t AS SELECT email FROM customers;
        ALTER TABLE "information_schema.x".t OWNER TO gateway;
        """
            .formatted(Shop.EMAIL, Shop.SSN));
    door.policy.activate(
        new OpenHandedPolicy(
            new MaskPlan(
                List.of(
                    mask("public.customers", "email", Masker.REDACT),
                    mask("public.customers", "ssn", Masker.NULL),
                    mask("public.people", "ssn", Masker.REDACT),
                    mask("public.folks", "email", Masker.REDACT),
                    mask("public.mails", "email", Masker.REDACT),
                    mask("public.memo", "email", Masker.REDACT),
                    mask("public.later", "email", Masker.REDACT),
                    mask("public.insured", "ssn", Masker.REDACT),
                    mask("public.tenants", "ssn", Masker.REDACT),
                    mask("public.flats", "code", Masker.REDACT),
                    mask("public.drawn", "email", Masker.REDACT),
                    mask("desk.*", "email", Masker.REDACT),
                    mask("information_schema.x.t", "email", Masker.REDACT),
                    mask("public.born", "day", Masker.PARTIAL),
                    mask("public.payments", "card_number", Masker.PARTIAL)))));
  }

  private static MaskRule mask(String relation, String column, Masker masker) {
    return new MaskRule(new Glob(relation), new Glob(column), masker, PERSONAL);
  }

  @AfterAll
  static void close() throws Exception {
    door.close();
  }

  private static String getsNoValue(String... texts) throws Exception {
    String text = door.psql(texts).text();
    assertThat(text.toLowerCase(Locale.ROOT)).doesNotContain(Shop.CANARIES);
    return text;
  }

  @Test
  void pgs37_aColumnThatTheDatabaseWritesFromAMaskedOneIsMasked() throws Exception {
    assertThat(getsNoValue("SELECT loud FROM mails", "SELECT lower(loud) FROM mails"))
        .contains("*****");
    assertThat(getsNoValue("SELECT id, ssn FROM claims")).contains("\n1|\n");
    getsNoValue("SELECT id, ssn || '' FROM claims", "SELECT c FROM claims c");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT loud, label FROM drawn",
        "SELECT lower(loud), label || '' FROM drawn_2",
        "SELECT loud || '' FROM drawn_1",
        "SELECT d FROM drawn d",
        "SELECT l, upper(m) FROM v_drawn",
        "UPDATE drawn SET id = id RETURNING old.loud, new.label || '', to_jsonb(old) - 'email'",
        "MERGE INTO drawn d USING houses h ON d.id = h.id WHEN MATCHED THEN UPDATE SET name = 'x'"
            + " RETURNING merge_action(), d.loud, old.label",
        "COPY (SELECT loud FROM drawn) TO STDOUT",
        "INSERT INTO plain (name) SELECT label FROM drawn RETURNING name",
        "CREATE VIEW v AS SELECT loud FROM drawn; SELECT loud FROM v",
        "SELECT label::int FROM drawn",
        "EXPLAIN (ANALYZE, VERBOSE) SELECT loud FROM drawn WHERE loud > 'A'"
      })
  void pgs37_norIsItShownWhereItIsComputedOnlyWhenItIsRead(String sql) throws Exception {
    getsNoValue(sql);
  }

  /** It says of which table it is, but not that something else has led there. */
  @ParameterizedTest
  @CsvSource({"1, 23505", "2, 23503"})
  void pgs18_aConstraintThatIsCheckedAtTheEndTellsNoValue(String house, String state)
      throws Exception {
    assertThat(getsNoValue("DELETE FROM houses WHERE id = " + house)).contains(state);
    assertThat(door.psql("INSERT INTO houses VALUES (0)").text()).contains("Key (id)=(0)");
  }

  @Test
  void pgs37_whatWasFilledFromAMaskedColumnStaysMasked() throws Exception {
    assertThat(
            getsNoValue(
                "ALTER TABLE mails ALTER loud DROP EXPRESSION",
                "SELECT loud FROM mails",
                "ALTER TABLE claims DROP CONSTRAINT claims_ssn_fkey",
                "ALTER TABLE customers DROP CONSTRAINT customers_ssn_key CASCADE",
                "SELECT ssn FROM claims"))
        .containsPattern("(?s)(PG-MASKED-COPY.*){3}");
    assertThat(
            door.psql(
                    "ALTER TABLE customers ADD CONSTRAINT short CHECK (length(name) < 99)",
                    "ALTER TABLE customers DROP CONSTRAINT short")
                .text())
        .doesNotContain("PG-");
  }

  /** Until it ends, the gateway knows the tables as they were before it. */
  @Test
  void pgs37_inATransactionNoOtherTableTakesThePlaceOfOneWithCarriedMasks() throws Exception {
    assertThat(
            getsNoValue(
                "BEGIN",
                "DROP TABLE vip",
                "CREATE TABLE vip (id int, ssn text)",
                "INSERT INTO vip (id, ssn) SELECT id, ssn FROM customers",
                "COMMIT"))
        .contains("CREATE TABLE", "PG-MASKED-COPY");
    getsNoValue("SELECT ssn FROM vip");
  }

  /** Until it ends, the gateway knows the table that had the name before. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE TABLE people (id int, ssn text) INHERITS (plain)",
        "CREATE VIEW people AS SELECT id, name AS ssn FROM plain",
        "CREATE TABLE people (ssn text, id text GENERATED ALWAYS AS (ssn) STORED)",
        "ALTER TABLE desk.people SET SCHEMA public"
      })
  void pgs37_inATransactionNothingElseTakesTheNameOfAMaskedTable(String sql) throws Exception {
    String[] texts = {
      "BEGIN",
      "DROP TABLE people",
      sql,
      "INSERT INTO people (ssn) SELECT ssn FROM customers",
      "SELECT id || '' FROM people",
      "SELECT ssn || '', name FROM plain",
      "ROLLBACK"
    };
    assertThat(getsNoValue(texts)).contains("DROP TABLE", "PG-MASKED-COPY");
    assertThat(getsNoValue(String.join("; ", texts))).contains("PG-MASKED-COPY");
    assertThat(getsNoValue("INSERT INTO people (id, ssn) SELECT 2, ssn FROM customers"))
        .doesNotContain("PG-");
  }

  @Test
  void pgs12_aColumnByItsPlaceMayBeAnyOfThem() throws Exception {
    assertThat(
            getsNoValue(
                "BEGIN",
                "ALTER TABLE insured DROP COLUMN name",
                "SELECT b || '' FROM insured AS i(a, b)",
                "ROLLBACK"))
        .contains("ALTER TABLE", "*****");
  }

  @Test
  void pgs37_aColumnThatATransactionHasMadeHidesNothing() throws Exception {
    assertThat(
            getsNoValue(
                "BEGIN",
                "ALTER TABLE desk.notes ADD COLUMN email text",
                "INSERT INTO desk.notes (email) SELECT email FROM customers",
                "SELECT upper(email) FROM desk.notes",
                "ROLLBACK"))
        .contains("ALTER TABLE", "PG-MASKED-COPY");
  }

  @Test
  void pgs37_whatIsWrittenThroughAViewIsKeptElsewhere() throws Exception {
    assertThat(
            getsNoValue(
                "INSERT INTO desk.folks (email) SELECT email FROM customers",
                "SELECT name FROM plain"))
        .contains("PG-MASKED-COPY");
  }

  @Test
  void pgs06_aTemporaryTableThatWasThereFirstHidesNothing() throws Exception {
    assertThat(
            getsNoValue(
                "CREATE TEMP TABLE memo (email text)",
                "CREATE TABLE public.memo (email text)",
                "INSERT INTO memo (email) SELECT email FROM customers",
                "SELECT email FROM memo"))
        .contains("PG-MASKED-COPY");
  }

  @Test
  void pgs06_norDoesOneThatATransactionHasMadeBefore() throws Exception {
    try (Connection connection = DriverManager.getConnection(door.jdbcUrl());
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("CREATE TEMP TABLE later (email text)");
      door.shop.run("CREATE TABLE public.later (email text)");

      assertThatThrownBy(
              () -> statement.execute("INSERT INTO later (email) SELECT email FROM customers"))
          .hasMessageContaining("PG-MASKED-COPY");
    }
  }

  @Test
  void pgs37_norDoesAnotherSessionTrustTheName() throws Exception {
    getsNoValue("CREATE TABLE desk.own (id int, email text)", "SELECT upper(email) FROM desk.own");
    try (Connection connection = DriverManager.getConnection(door.jdbcUrl());
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("DROP TABLE desk.own");

      assertThat(
              getsNoValue(
                  "SET lock_timeout = '2s'",
                  "INSERT INTO desk.own (email) SELECT email FROM customers"))
          .contains("PG-MASKED-COPY");
      connection.rollback();
      assertThat(getsNoValue("INSERT INTO desk.own (email) SELECT email FROM customers"))
          .contains("INSERT 0 ");
    }
  }

  /** What it sent is cancelled, but may run on, and nobody is told when it is done. */
  @Test
  void pgs37_norWhereTheSessionThatFreedTheNameHasLeft() throws Exception {
    door.shop.run(
        """
        CREATE FUNCTION desk.nap() RETURNS text LANGUAGE plpgsql AS $$
        BEGIN
          PERFORM pg_sleep(60);
          RETURN 'slept';
        EXCEPTION WHEN query_canceled THEN RETURN 'woken';
        END $$
        """);
    getsNoValue(
        "CREATE TABLE desk.gone (id int, email text)", "SELECT upper(email) FROM desk.gone");
    try (RawClient client = RawClient.loggedIn(door)) {
      client.send(
          'Q',
          cString(
              "SELECT desk.nap(); DROP TABLE desk.gone;"
                  + " CREATE VIEW desk.gone AS SELECT id, name AS email FROM plain"));
      await()
          .until(
              () ->
                  door.shop.ask(
                      "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"),
              "1"::equals);
    }
    await()
        .until(
            () -> door.shop.ask("SELECT relkind FROM pg_class WHERE relname = 'gone'"),
            "v"::equals);

    assertThat(
            getsNoValue(
                "INSERT INTO desk.gone (email) SELECT email FROM customers",
                "SELECT name FROM plain"))
        .contains("PG-MASKED-COPY");
  }

  @Test
  void pgs37_whatAForeignKeyHasFilledStaysMaskedWhateverIsDropped() throws Exception {
    assertThat(
            getsNoValue(
                "DROP INDEX of_insured CASCADE",
                "DROP TABLE insured CASCADE",
                "DROP OWNED BY gateway",
                "SELECT ssn FROM covers"))
        .containsPattern("(?s)(PG-MASKED-COPY.*){3}")
        .contains("*****");
    assertThat(door.psql("DROP SEQUENCE IF EXISTS nothing CASCADE").text()).doesNotContain("PG-");
  }

  @Test
  void pgs05_aSchemaWhoseNameBeginsAsPostgresOwnIsNotPostgresOwn() throws Exception {
    assertThat(getsNoValue("SELECT email, email || '' FROM \"information_schema.x\".t"))
        .contains("*****|*****");
  }

  /** Until it ends, the gateway would not know that it is one. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE TABLE part PARTITION OF folks FOR VALUES FROM (900) TO (999)",
        "DROP TABLE once; CREATE TABLE once PARTITION OF folks FOR VALUES FROM (900) TO (999)",
        "ALTER TABLE folks ATTACH PARTITION once FOR VALUES FROM (900) TO (999)",
        "CREATE TABLE part () INHERITS (customers)"
      })
  void pgs10_inATransactionNoTableIsMadePartOfAMaskedOne(String sql) throws Exception {
    assertThat(
            getsNoValue(
                "BEGIN",
                sql,
                "INSERT INTO folks (id, email) SELECT 900, email FROM customers WHERE id = 1",
                "SELECT email FROM part",
                "SELECT upper(email) FROM once",
                "ROLLBACK"))
        .contains("PG-MASKED-COPY");
    getsNoValue(
        sql
            + "; INSERT INTO folks (id, email) SELECT 900, email FROM customers WHERE id = 1;"
            + " SELECT upper(email) FROM once");
  }

  @Test
  void pgs37_whereAPartShowsNoOtherPartIsPutInItsPlace() throws Exception {
    assertThat(
            getsNoValue(
                "UPDATE payments SET card_number = 'xxxxxxxx' || left(card_number, 4)"
                    + " RETURNING card_number",
                "INSERT INTO payments (id, card_number) SELECT 99, 'xxxxxxxx' || left(email, 4)"
                    + " FROM customers RETURNING card_number",
                "SELECT card_number FROM payments"))
        .contains("PG-MASKED-COPY", "*****7733")
        .doesNotContain("*****4929", "*****cana");
  }

  @Test
  void pgs37_norDoesAnotherTypeShowAnotherPart() throws Exception {
    assertThat(getsNoValue("ALTER TABLE born ALTER day TYPE text", "SELECT day FROM born"))
        .contains("PG-MASKED-COPY", "1981-01-01")
        .doesNotContain("4-29");
    assertThat(getsNoValue("ALTER TABLE born ALTER id TYPE bigint")).contains("ALTER TABLE");
  }

  @Test
  void pgs37_aTypeRenamesNoColumnsOfItsTables() throws Exception {
    assertThat(
            getsNoValue(
                "ALTER TYPE person RENAME ATTRIBUTE ssn TO plain CASCADE",
                "SELECT plain FROM people"))
        .contains("PG-CODE");
  }

  @Test
  void pgs28_aPolicyRaisesNoValueInTheStatementsOfOthers() throws Exception {
    assertThat(
            getsNoValue(
                "CREATE TABLE bait (id int)",
                "INSERT INTO bait VALUES (1)",
                "ALTER TABLE bait ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
                "CREATE POLICY p ON bait"
                    + " USING ((SELECT ssn::int FROM customers WHERE id = 1) = 1)"))
        .contains("PG-MASKED-COPY");
    getsNoValue("SELECT * FROM bait");
    assertThat(door.psql("CREATE POLICY q ON bait USING (id = 1)", "SELECT id FROM bait").text())
        .contains("CREATE POLICY", "(1 row)");
  }

  @Test
  void pgs28_norDoesAPolicyThatIsThereAlready() throws Exception {
    door.shop.run(
        """
        CREATE TABLE lobby (id int);
        INSERT INTO lobby VALUES (1);
        ALTER TABLE lobby ENABLE ROW LEVEL SECURITY;
        CREATE POLICY p ON lobby USING ((SELECT ssn::int FROM customers WHERE customers.id = 1) = 1);
        CREATE VIEW entrance WITH (security_invoker) AS SELECT id FROM lobby;
        CREATE FUNCTION known() RETURNS text IMMUTABLE LANGUAGE sql
          AS 'SELECT ssn FROM customers WHERE id = 1';
        CREATE TABLE hall (id int, name text);
        ALTER TABLE hall ENABLE ROW LEVEL SECURITY;
        CREATE POLICY p ON hall USING (name <> known());
        GRANT ALL ON lobby, entrance, hall TO gateway;
        """);
    for (String sql :
        List.of(
            "SELECT id FROM lobby",
            "COPY lobby TO STDOUT",
            "SELECT count(*) FROM entrance",
            "UPDATE lobby SET id = 2",
            "EXPLAIN SELECT name FROM hall")) {
      getsNoValue(sql);
    }
    assertThat(door.psql("SELECT name FROM hall").text()).contains("(0 rows)");
    assertThat(getsNoValue("EXPLAIN (VERBOSE) SELECT id FROM lobby")).contains("Scan on");
  }

  @Test
  void pgs32_whereLongValuesAreKeptShowsNothing() throws Exception {
    String toast =
        door.shop.ask("SELECT reltoastrelid::regclass FROM pg_class WHERE relname = 'customers'");
    assertThat(getsNoValue("SELECT encode(chunk_data, 'escape') FROM " + toast))
        .contains("PG-REVEALING");
  }

  @Test
  void pgs32_aViewOfStatisticsShowsNothing() throws Exception {
    assertThat(door.shop.ask("SELECT v FROM statistics WHERE tablename = 'customers' AND v ~ '@'"))
        .contains(Shop.EMAIL);

    assertThat(getsNoValue("SELECT v FROM statistics")).contains("*****");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT attmissingval FROM pg_attribute WHERE atthasmissing",
        "SELECT * FROM pg_catalog.pg_attribute WHERE atthasmissing",
        "SELECT to_jsonb(a) FROM pg_attribute a WHERE atthasmissing"
      })
  void pgs32_theValueThatAColumnWasAddedWithShowsNowhere(String sql) throws Exception {
    assertThat(getsNoValue(sql)).contains("PG-REVEALING");
    assertThat(getsNoValue("SELECT email FROM desk.late")).contains("*****");
    assertThat(
            door.psql("\\d desk.late", "SELECT attname FROM pg_attribute WHERE attname = 'email'")
                .text())
        .contains("email|text", "\nemail\n");
  }
}

package dev.countersign.proxy.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.rules.fact.Glob;
import dev.countersign.rules.verdict.MaskPlan;
import dev.countersign.rules.verdict.MaskRule;
import dev.countersign.rules.verdict.Masker;
import dev.countersign.rules.verdict.MatchedRow;
import dev.countersign.rules.verdict.Verdict;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
}

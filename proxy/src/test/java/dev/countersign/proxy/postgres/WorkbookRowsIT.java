package dev.countersign.proxy.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.rules.policy.WorkbookPolicy;
import dev.countersign.rules.workbook.Condition;
import dev.countersign.rules.workbook.Particulars;
import dev.countersign.rules.workbook.Ruling;
import dev.countersign.rules.workbook.SqlRow;
import dev.countersign.rules.workbook.Workbook;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rows of a workbook hold for all that the server does, and under the names that it does it by. */
@Tag("every-postgres")
final class WorkbookRowsIT {

  private static final String BLOCKED = "blocked by policy " + WorkbookPolicy.DEFAULT_RULE;

  private static OpenDoor door;

  @BeforeAll
  static void open() throws Exception {
    door = OpenDoor.openWithApp();
    door.shop.run(
        """
        ALTER ROLE gateway SUPERUSER;
        CREATE SCHEMA app;
        CREATE SCHEMA scratch;
        CREATE VIEW app.report AS SELECT 1 AS x;
        CREATE SEQUENCE public.counter;
        CREATE INDEX payments_by_order ON public.payments (order_id);
        CREATE TYPE public.mood AS ENUM ('good');
        CREATE DOMAIN public.cents AS bigint;
        CREATE FUNCTION app.bill(text) RETURNS text LANGUAGE sql AS 'SELECT $1';
        CREATE FUNCTION public.bill(int) RETURNS int LANGUAGE sql AS 'SELECT $1';
        CREATE PROCEDURE app.close(text) LANGUAGE sql AS 'SELECT 1';
        CREATE PROCEDURE public.close(int) LANGUAGE sql AS 'SELECT 1';
        CREATE TABLE app.parcels (id int PRIMARY KEY) PARTITION BY RANGE (id);
        CREATE TABLE app.first_parcels PARTITION OF app.parcels FOR VALUES FROM (0) TO (9);
        CREATE TABLE public.receipts (parcel int REFERENCES app.first_parcels);
        INSERT INTO app.parcels VALUES (1);
        INSERT INTO public.receipts VALUES (1);
        """);
  }

  @AfterAll
  static void close() throws Exception {
    door.close();
  }

  /**
   * @param rows what the workbook allows, as verbs and an object each
   */
  private static void allow(String rows) {
    List<SqlRow> sheet = new ArrayList<>();
    for (String row : rows.split("; ", -1)) {
      int gap = row.lastIndexOf(' ');
      sheet.add(
          new SqlRow(
              Particulars.of(
                  sheet.size() + 2, "SQL-00" + sheet.size(), "a test", "", List.of("AC-3")),
              MaskingRules.EVERYBODY,
              List.of(row.substring(0, gap).split(", ", -1)),
              row.substring(gap + 1),
              Condition.ALWAYS,
              Ruling.ALLOW));
    }
    door.policy.activate(
        new WorkbookPolicy(new Workbook(Map.of(), sheet, List.of(), Map.of(), List.of())));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // What lives in no schema is not what has such a name in one.
        "CREATE scratch.*| CREATE ROLE \"scratch.boss\" SUPERUSER",
        "CREATE scratch.*| CREATE SCHEMA \"scratch.more\"",
        "CREATE scratch.*| CREATE PUBLICATION \"scratch.all\" FOR ALL TABLES",
        // What has another name afterwards is made by it.
        "ALTER public.payments; SELECT scratch.*| ALTER TABLE public.payments SET SCHEMA scratch",
        "ALTER public.payments; SELECT scratch.*| ALTER TABLE public.payments RENAME TO orders_2",
        "ALTER public.bill| ALTER FUNCTION public.bill(int) SET SCHEMA scratch",
        "ALTER gateway_2| ALTER ROLE gateway_2 RENAME TO gateway_3",
        "ALTER app; CREATE other| ALTER SCHEMA app RENAME TO other",
        // Whose statements do something else afterwards.
        "CREATE public.*| CREATE POLICY open ON public.payments USING (true)",
        "CREATE public.*| CREATE RULE none AS ON DELETE TO public.payments DO INSTEAD NOTHING",
        "CREATE app.*; SELECT -| CREATE OR REPLACE VIEW app.report AS SELECT 2 AS x",
        "CREATE app.*| CREATE OR REPLACE FUNCTION bill(text) RETURNS text LANGUAGE sql AS 'SELECT"
            + " NULL'",
        // What goes along.
        "TRUNCATE app.*| TRUNCATE app.parcels CASCADE",
        // Which of several schemas is meant.
        "CALL app.*; SELECT -| SELECT bill(1)",
        "CALL app.*| CALL close(1)",
        "ALTER app.*| ALTER FUNCTION bill(int) SECURITY DEFINER",
        "DROP app.*| DROP FUNCTION bill(int)",
        "DROP app.*| DROP SEQUENCE counter",
        "DROP app.*| DROP INDEX payments_by_order",
        "DROP app.*| DROP TYPE mood",
        "ALTER app.*| ALTER TYPE mood ADD VALUE 'bad'",
        "ALTER app.*| ALTER TYPE mood OWNER TO CURRENT_USER",
        "ALTER app.*| ALTER DOMAIN cents SET NOT NULL",
        "SELECT app.*| SELECT last_value FROM counter",
        // Grants by other words.
        "CREATE member| CREATE ROLE member IN ROLE pg_read_all_data",
        "CREATE boss| CREATE ROLE boss ROLE gateway",
        "ALTER pg_monitor| ALTER GROUP pg_monitor ADD USER gateway",
        "GRANT -| ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO PUBLIC",
        // A query copies what it reads.
        "COPY_TO -; SELECT public.*| COPY (SELECT * FROM public.payments) TO STDOUT",
        "CREATE p| CREATE PUBLICATION p FOR TABLES IN SCHEMA public",
        "MAINTAIN public| REINDEX SCHEMA public"
      })
  void ours_noStatementDoesMoreThanRowsAllow(String rows, String sql) throws Exception {
    allow(rows);

    assertThat(door.psql(sql).text()).contains(BLOCKED);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "ALTER, CREATE public.*| ALTER TABLE public.orders RENAME TO orders_2|"
            + " ALTER TABLE public.orders_2 RENAME TO orders",
        "ALTER public.*| ALTER TABLE public.orders RENAME status TO state|"
            + " ALTER TABLE public.orders RENAME state TO status",
        "CREATE, DROP app.*; SELECT -| CREATE OR REPLACE VIEW one AS SELECT 1 AS x| DROP VIEW one",
        "CREATE, DROP app.*| CREATE SEQUENCE numbers| DROP SEQUENCE numbers",
        "CREATE, DROP app.*| CREATE TYPE size AS ENUM ('s')| DROP TYPE size",
        "CREATE, DROP app.*; CREATE, DROP scratch_role| CREATE ROLE scratch_role|"
            + " DROP ROLE scratch_role",
        "CALL app.*; SELECT -| SELECT app.bill('x')| SELECT 1"
      })
  void ours_theRowsOfAStatementSuffice(String rows, String sql, String back) throws Exception {
    allow(rows);

    assertThat(door.psql(sql, back).text()).doesNotContain("ERROR");
  }

  @Test
  void ours_aDropThatTakesColumnsOfOthersAlongIsOpaque() throws Exception {
    door.shop.run(
        "CREATE TABLE app.box (a int); CREATE TABLE app.crate (a int);"
            + " CREATE TABLE public.shelf (b app.box[], c int)");
    door.policy.activate(
        new WorkbookPolicy(
            new Workbook(
                Map.of(),
                List.of(
                    row("DROP", Condition.ALWAYS, Ruling.ALLOW),
                    row("*", Condition.OPAQUE, Ruling.BLOCK)),
                List.of(),
                Map.of(),
                List.of())));

    assertThat(door.psql("DROP TABLE app.box CASCADE").text()).contains("blocked by policy SQL-00");
    assertThat(door.psql("DROP TABLE app.crate CASCADE").text()).doesNotContain("ERROR");
  }

  @Test
  void ours_noConditionThatIsAlwaysTrueIsAWhere() throws Exception {
    door.policy.activate(
        new WorkbookPolicy(
            new Workbook(
                Map.of(),
                List.of(
                    row("*", Condition.ALWAYS, Ruling.ALLOW),
                    row("UPDATE", Condition.WITHOUT_WHERE, Ruling.BLOCK),
                    row("DELETE", Condition.WITHOUT_WHERE, Ruling.BLOCK)),
                List.of(),
                Map.of(),
                List.of())));

    for (String sql :
        List.of(
            "MERGE INTO public.orders o USING (SELECT 1) s ON true WHEN MATCHED AND true THEN"
                + " DELETE",
            "MERGE INTO public.orders o USING (SELECT 1) s ON true"
                + " WHEN MATCHED AND 1 = 1 THEN UPDATE SET status = 'x'",
            "INSERT INTO public.orders (id) SELECT id FROM public.orders"
                + " ON CONFLICT (id) DO UPDATE SET status = 'x'")) {
      assertThat(door.psql(sql).text()).as(sql).contains("blocked by policy SQL-00");
    }
    assertThat(
            door.psql(
                    "INSERT INTO public.orders (id) VALUES (1)"
                        + " ON CONFLICT (id) DO UPDATE SET status = excluded.status",
                    "WITH given (id) AS (VALUES (1)) INSERT INTO public.orders (id)"
                        + " SELECT id FROM given ON CONFLICT (id) DO UPDATE SET status = 'open'")
                .text())
        .doesNotContain("ERROR");
  }

  private static SqlRow row(String verb, Condition condition, Ruling ruling) {
    String id = "SQL-00" + verb.length();
    return new SqlRow(
        Particulars.of(verb.length() + 1, id, "a test", "", List.of("AC-3")),
        MaskingRules.EVERYBODY,
        List.of(verb),
        "*",
        condition,
        ruling);
  }
}

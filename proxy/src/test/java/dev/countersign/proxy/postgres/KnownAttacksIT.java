package dev.countersign.proxy.postgres;

import static dev.countersign.proxy.postgres.RawClient.bind;
import static dev.countersign.proxy.postgres.RawClient.cString;
import static dev.countersign.proxy.postgres.RawClient.frame;
import static dev.countersign.proxy.postgres.RawClient.int32;
import static dev.countersign.proxy.postgres.RawClient.parse;
import static dev.countersign.proxy.postgres.RawClient.sync;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.audit.event.Event;
import dev.countersign.proxy.postgres.RawClient.Message;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Attacks on other gateways and databases that have a name, tried on this one. */
@Tag("every-postgres")
final class KnownAttacksIT {

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
  void pgp09_whatStandsInForTheCatalogIsNotRead() throws Exception {
    door.shop.run(
        """
        CREATE SCHEMA evil;
        GRANT ALL ON SCHEMA evil TO gateway;
        CREATE TABLE evil.pg_class AS SELECT * FROM pg_catalog.pg_class WHERE false;
        CREATE TABLE evil.pg_attribute AS
            SELECT attrelid, attname, attnum FROM pg_catalog.pg_attribute WHERE false;
        CREATE TABLE evil.pg_namespace AS SELECT * FROM pg_catalog.pg_namespace WHERE false;
        CREATE FUNCTION evil.pg_get_expr(pg_node_tree, oid) RETURNS text LANGUAGE sql
            AS $$ SELECT ssn FROM public.customers $$;
        GRANT ALL ON ALL TABLES IN SCHEMA evil TO gateway;
        ALTER ROLE gateway SET search_path = evil, pg_catalog, public;
        CREATE VIEW public.made_later AS SELECT lower(ssn) AS harmless FROM public.customers;
        GRANT SELECT ON public.made_later TO gateway;
        """);
    try {
      assertThat(door.psql("SELECT harmless FROM made_later").text())
          .doesNotContain("913-66")
          .contains("(1 row)");
      assertThat(door.psql("SELECT count(*) > 0 AS real FROM pg_class").text()).contains("\nt\n");
    } finally {
      door.shop.run("ALTER ROLE gateway RESET search_path; DROP SCHEMA evil CASCADE");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT pg_catalog.set_config('search_path', 'evil', false)",
        "SELECT set_config('search_path', '', false)",
        "SELECT pg_catalog.set_config('role', '', false)",
        "SELECT pg_catalog.set_config('search_path', '', false), pg_catalog.set_config('role', 'x',"
            + " false)"
      })
  void pgs06_noOtherPathIsSet(String sql) throws Exception {
    assertThat(door.psql(sql).text()).contains("42501: blocked by policy");
  }

  @Test
  void ours_djangoSetsItsTimeZoneAndNothingElse() throws Exception {
    door.allowEverything();
    try {
      assertThat(
              door.psql("SELECT set_config('TimeZone', 'Asia/Tokyo', false)", "SHOW timezone")
                  .text())
          .contains("(1 row)\nTimeZone\nAsia/Tokyo\n");
      assertThat(door.psql("SELECT set_config('TimeZone', ssn, false) FROM customers").text())
          .contains("PG-FUNCTION");
      assertThat(
              door.psql(
                      "SELECT set_config('TimeZone', 'UTC', false), set_config('role', 'x', false)")
                  .text())
          .contains("PG-FUNCTION");
    } finally {
      door.policy.activate(new ShopPolicy());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE pg_settings SET setting = 'postgres' WHERE name = 'role'",
        "UPDATE pg_catalog.pg_settings s SET setting = '0' WHERE s.name = 'statement_timeout'",
        "UPDATE ONLY pg_settings AS s SET setting = 'evil' WHERE name = 'search_path' RETURNING *",
        "WITH x AS (UPDATE pg_settings SET setting = 'off'"
            + " WHERE name = 'standard_conforming_strings' RETURNING 1) SELECT 1 FROM x",
        "EXPLAIN ANALYZE UPDATE pg_settings SET setting = 'evil' WHERE name = 'search_path'",
        "PREPARE p AS UPDATE pg_settings SET setting = $1 WHERE name = 'search_path'",
        "CREATE TEMP VIEW mine AS SELECT name, setting FROM pg_settings"
      })
  void pgs06_noUpdateSetsAParameter(String sql) throws Exception {
    door.allowEverything();
    try {
      assertThat(door.psql(sql).text()).contains("42501: blocked by policy PG-SET");
      assertThat(door.psql("SELECT count(*) > 100 AS many FROM pg_settings").text())
          .contains("(1 row)");
    } finally {
      door.policy.activate(new ShopPolicy());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT option_value FROM information_schema.user_mapping_options",
        "SELECT umoptions FROM information_schema._pg_user_mappings",
        "TABLE pg_file_settings",
        "SELECT subconninfo FROM pg_subscription",
        "SELECT to_jsonb(s) FROM pg_subscription s",
        "SELECT * FROM pg_show_all_file_settings()",
        "SELECT * FROM public.pg_stat_statements(true)",
        "SELECT query FROM pg_stat_monitor",
        "SELECT * FROM extensions.pg_store_plans"
      })
  void pgp45_noOtherViewOpensWhatIsClosed(String sql) throws Exception {
    door.allowEverything();
    try {
      assertThat(door.psql(sql).text()).contains("42501: blocked by policy PG-CLOSED");
    } finally {
      door.policy.activate(new ShopPolicy());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT (pg_backend_pid()).pg_cancel_backend",
        "SELECT (pg_backend_pid()).pg_terminate_backend",
        "SELECT p.pg_cancel_backend FROM unnest(ARRAY[pg_backend_pid()]) p",
        "SELECT ((NULL::int).pg_stat_get_activity).query"
      })
  void pgs24_anAttributeThatIsNoColumnIsACall(String sql) throws Exception {
    door.allowEverything();
    try {
      assertThat(door.psql(sql).text()).contains("42501: blocked by policy PG-FUNCTION");
    } finally {
      door.policy.activate(new ShopPolicy());
    }
    assertThat(door.psql("SELECT ('PG_VERSION'::text).pg_read_file").text()).contains("SQL-009");
    assertThat(
            door.psql("WITH x AS (SELECT *, 1 AS lo_price FROM orders) SELECT x.lo_price FROM x")
                .text())
        .contains("(10 rows)");
  }

  @Test
  void ours_whatExtensionsAddToPostgresqlsOwnOperatorsAndFunctionsIsNoCodeOfUsers()
      throws Exception {
    try (OpenDoor extended = OpenDoor.open()) {
      extended.shop.run(
          "CREATE EXTENSION citext; CREATE EXTENSION hstore; CREATE EXTENSION pg_trgm; CREATE VIEW"
              + " shipped AS SELECT id, status FROM orders WHERE status::citext = 'OPEN'; CREATE"
              + " VIEW counted AS SELECT id, hstore('a', status)->'a' AS a FROM orders; GRANT"
              + " SELECT ON shipped, counted TO gateway");

      assertThat(
              extended
                  .psql(
                      "SELECT max(id), replace(status, 'o', 'a') AS s FROM orders"
                          + " WHERE id = 3 AND id % 2 <> 0 AND status LIKE 'o%' GROUP BY 2")
                  .text())
          .contains("\n3|apen\n");
      assertThat(extended.psql("SELECT id, status FROM shipped WHERE id = 3").text())
          .contains("\n3|open\n");
      assertThat(extended.psql("SELECT id, a FROM counted WHERE id = 3").text())
          .contains("\n|*****\n");
      assertThat(
              extended
                  .psql(
                      "SELECT replace(ssn, '-', ''), max(email), email || '' FROM customers"
                          + " WHERE email ~ 'c' GROUP BY 1, 3")
                  .text())
          .contains("|*****|*****\n");
      extended.shop.run(
          "CREATE FUNCTION public.max(text, text) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT"
              + " $1'; ALTER FUNCTION public.max(text, text) OWNER TO gateway; ALTER EXTENSION"
              + " citext ADD FUNCTION public.max(text, text); CREATE TABLE made_later (id int)");
      assertThat(extended.psql("TABLE made_later", "SELECT max('a', 'b')").text())
          .contains("SQL-009");
    }
  }

  @Test
  void pgs24_anOperatorThatAStatementDoesNotNameIsACallAllTheSame() throws Exception {
    try (OpenDoor extended = OpenDoor.open()) {
      extended.shop.run(
          """
          CREATE FUNCTION spy(int, text) RETURNS boolean LANGUAGE sql
              AS 'SELECT ssn LIKE $2 FROM public.customers';
          CREATE OPERATOR public.= (LEFTARG = int, RIGHTARG = text, FUNCTION = spy);
          CREATE OPERATOR public.>= (LEFTARG = int, RIGHTARG = text, FUNCTION = spy);
          CREATE OPERATOR public.<= (LEFTARG = int, RIGHTARG = text, FUNCTION = spy);
          """);
      for (String sql :
          List.of(
              "SELECT 1 IN (SELECT '9%'::text)",
              "SELECT 1 BETWEEN '9%'::text AND '91%'::text",
              "SELECT CASE 1 WHEN '9%'::text THEN 'so' END",
              "SELECT count(*) FROM orders JOIN (SELECT '9%'::text AS id) t USING (id)",
              "SELECT count(*) FROM orders NATURAL JOIN (SELECT '9%'::text AS id) t")) {
        assertThat(extended.psql(sql).text()).as(sql).contains("SQL-009");
      }
    }
  }

  @Test
  void pgs04_namesAreReadAsTheServerReadsThem() throws Exception {
    try (OpenDoor latin = OpenDoor.openLatin()) {
      latin.allowEverything();

      assertThat(latin.psql("SELECT 'ü' AS u").text()).contains("ü");
      assertThat(latin.psql("SELECT 1 AS Ü").text()).contains("42501:", "PG-ENCODING");
      assertThat(latin.psql("PREPARE p AS SELECT 1 AS Ü").text()).contains("PG-ENCODING");
    }
    assertThat(door.psql("SELECT 1 AS ü").text()).contains("(1 row)");
  }

  @Test
  void pgp26_aPortalReadInStepsIsCountedAsOne() throws Exception {
    try (RawClient client = RawClient.loggedIn(door)) {
      client.raw(parse("", "SELECT id FROM orders ORDER BY id"), bind(""));
      for (int i = 0; i < 10; i++) {
        client.raw(frame('E', cString(""), int32(1)));
      }
      client.raw(frame('E', cString(""), int32(0)), sync());

      List<Message> answers = client.untilReady();
      assertThat(answers).filteredOn(answer -> answer.type() == 'D').hasSize(10);
      assertThat(answers).filteredOn(answer -> answer.type() == 's').hasSize(10);
    }
    assertThat(door.journal.of(Event.CommandCompleted.class))
        .filteredOn(completed -> completed.rows() == 10)
        .isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SET TRANSACTION READ WRITE",
        "SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE",
        "SET default_transaction_read_only = off",
        "BEGIN READ WRITE",
        "RESET ALL",
        "DISCARD ALL"
      })
  void pgp38_noSettingMakesAWriteOfARead(String sql) throws Exception {
    assertThat(door.psql(sql, "DELETE FROM orders").text())
        .contains("blocked by policy " + ShopPolicy.DELETE_RULE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT ssn FROM \"customers\"",
        "SELECT SSN FROM CUSTOMERS",
        "SELECT \"ssn\" FROM public . \"customers\"",
        "SELECT ssn FROM U&\"\\0063ustomers\"",
        "SELECT U&\"!0073sn\" UESCAPE '!' FROM U&\"!+000063ustomers\" UESCAPE '!'",
        "SELECT ssn FROM Public.cUSTOMERS AS \"orders\"",
        "TABLE \"customers\"",
        "SELECT ssn FROM a_name_of_sixty_three_characters_that_is_longer_than_most_names_and_is_cut"
      })
  void pgs05_aNameIsReadAsTheServerReadsIt(String sql) throws Exception {
    door.shop.run(
        """
        CREATE OR REPLACE VIEW a_name_of_sixty_three_characters_that_is_longer_than_most_names_an
            AS SELECT ssn FROM customers;
        GRANT SELECT ON a_name_of_sixty_three_characters_that_is_longer_than_most_names_an TO gateway;
        """);

    assertThat(door.psql(sql).text()).contains("(1 row)").doesNotContain("913-66");
  }

  @Test
  void pgs05_namesThatReadAlikeTakeNobodysCatalogAway() throws Exception {
    door.shop.run(
        """
        CREATE SCHEMA "public.a";
        CREATE TABLE "public.a".b (x int);
        CREATE TABLE public."a.b" (x int);
        """);
    try {
      assertThat(door.psql("SELECT x FROM made_just_now", "SELECT count(*) FROM orders").text())
          .contains("does not exist", "(1 row)");
    } finally {
      door.shop.run("DROP SCHEMA \"public.a\" CASCADE; DROP TABLE public.\"a.b\"");
    }
  }

  /** That it is there, the error tells; nothing of the row it meets. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "INSERT INTO customers (id, name, email, ssn) VALUES (7, 'x', 'y', '913-66-7755')",
        "INSERT INTO customers (id, name, email, ssn) VALUES (1, 'x', 'y', 'z')",
        "INSERT INTO customers (id, name, email) VALUES (8, NULL, 'y')"
      })
  void pgs38_aGuessThatFailsShowsNoRow(String sql) throws Exception {
    assertThat(door.psql(sql).text())
        .containsPattern("ERROR:  2350[25]")
        .doesNotContain("913-66", "Failing row", "canary");
  }

  static List<String> huge() {
    return List.of(
        "SELECT 1 /* " + "x".repeat(10_000_000) + " */",
        "SELECT 1 WHERE 1 IN ("
            + IntStream.range(0, 100_000)
                .mapToObj(Integer::toString)
                .collect(Collectors.joining(","))
            + ")",
        "SELECT " + "(".repeat(5_000) + "1" + ")".repeat(5_000),
        "SELECT " + "NOT ".repeat(20_000) + "true",
        "SELECT 1" + " + 1".repeat(20_000),
        "SELECT 1" + " UNION SELECT 1".repeat(5_000),
        "SELECT " + "ARRAY[".repeat(5_000) + "1" + "]".repeat(5_000),
        "SELECT 1" + ";".repeat(200_000));
  }

  @ParameterizedTest
  @MethodSource("huge")
  void pgs41_whateverItsSizeATextIsUnderstoodOrRefused(String sql) throws Exception {
    try (RawClient client = RawClient.loggedIn(door)) {
      client.send('Q', cString(sql));
      assertThat(types(client.untilReady())).matches("(TDC|E)Z");
      client.raw(parse("", sql), sync());
      assertThat(types(client.untilReady())).matches("[1E]Z");

      client.send('Q', cString("SELECT 'in step'"));
      assertThat(client.untilReady().get(1).body()).contains("in step");
    }
  }

  private static String types(List<Message> messages) {
    return messages.stream()
        .map(message -> String.valueOf(message.type()))
        .collect(Collectors.joining());
  }
}

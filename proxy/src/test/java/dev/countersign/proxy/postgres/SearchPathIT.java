package dev.countersign.proxy.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.audit.event.Event;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two schemas in the search path, each with a table of the same name: what a name without a schema
 * means is the server's to say when the statement runs. Ours: PG-S05.
 */
final class SearchPathIT {

  private static OpenDoor door;

  @BeforeAll
  static void open() throws Exception {
    door = OpenDoor.openWithApp();
    door.shop.run(
        """
        CREATE SCHEMA app AUTHORIZATION gateway;
        CREATE TABLE app.customers (id int, email text, ssn text, notes text);
        INSERT INTO app.customers VALUES (5, 'shown@app', 'shown too', 'n');
        CREATE TABLE app.orders (LIKE public.orders);
        ALTER TABLE app.customers OWNER TO gateway;
        ALTER TABLE app.orders OWNER TO gateway;
        CREATE SCHEMA side AUTHORIZATION gateway;
        CREATE TABLE side.payments (id int, card_number text);
        ALTER TABLE side.payments OWNER TO gateway;
        GRANT CREATE ON DATABASE postgres TO gateway;
        """);
    door.allowEverything();
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
  void aTableThatIsMovedAwayInATransactionShowsNothingOfItsNamesake() throws Exception {
    getsNoValue(
        "BEGIN",
        "ALTER TABLE app.customers RENAME TO elsewhere",
        "SELECT upper(ssn), email || '', c FROM customers c",
        "SELECT d || '' FROM (SELECT c.* FROM customers c) AS x(a, b, d, e, f)",
        "CREATE TABLE app.copied AS SELECT ssn || '' AS s FROM customers",
        "UPDATE app.orders SET status = ssn FROM customers",
        "COPY customers TO STDOUT",
        "ROLLBACK");
  }

  @Test
  void aSchemaThatTheSessionMayNotUseShowsNothingOfANamesake() throws Exception {
    getsNoValue(
        "REVOKE USAGE ON SCHEMA app FROM gateway",
        "SELECT upper(ssn), email || '' FROM customers",
        "GRANT USAGE ON SCHEMA app TO gateway");
  }

  @Test
  void whatIsNamedWithItsSchemaIsThatTableAlone() throws Exception {
    assertThat(getsNoValue("SELECT upper(ssn), email FROM app.customers"))
        .contains("SHOWN TOO|shown@app");
  }

  @Test
  void theRecordNamesEachTableThatANameMayMean() throws Exception {
    getsNoValue("SELECT count(*) FROM customers WHERE id = 5");

    assertThat(door.journal.of(Event.CommandDecided.class).getLast().facts().toString())
        .contains("app.customers", "public.customers");
  }

  @Test
  void whatIsMadeIsMadeInTheFirstSchema() throws Exception {
    getsNoValue("CREATE TABLE payments (id int)", "DROP TABLE app.payments");

    assertThat(door.journal.of(Event.CommandDecided.class).toString())
        .contains("CREATE app.payments");
  }

  /** Until it ends, the gateway knows the table that had the name before. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE TABLE app.payments (id int, card_number text)",
        "CREATE TABLE payments (id int, card_number text)",
        "ALTER TABLE side.payments SET SCHEMA app",
        "ALTER SCHEMA app RENAME TO gone; ALTER SCHEMA side RENAME TO app"
      })
  void inATransactionNoOtherTableIsFoundBeforeAMaskedOne(String sql) throws Exception {
    assertThat(
            getsNoValue(
                "BEGIN",
                sql,
                "INSERT INTO payments (card_number) SELECT card_number FROM public.payments",
                "SELECT card_number || '' FROM app.payments",
                "ROLLBACK"))
        .contains("PG-MASKED-COPY");
  }
}

package dev.countersign.proxy.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.postgresql.api.PostgresqlResult;
import io.r2dbc.postgresql.client.SSLMode;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcPermissionDeniedException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/**
 * R2DBC's driver: it speaks the extended protocol only, takes results in binary format, asks for
 * rows a few at a time, and sends the next statement before the last one has ended.
 */
final class R2dbcClientIT {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static OpenDoor door;

  private PostgresqlConnection connection;

  @BeforeAll
  static void open() throws Exception {
    door = OpenDoor.open();
    door.allowEverything();
  }

  @AfterAll
  static void close() throws Exception {
    door.close();
  }

  @BeforeEach
  void connect() {
    connection =
        new PostgresqlConnectionFactory(
                PostgresqlConnectionConfiguration.builder()
                    .host("127.0.0.1")
                    .port(door.tap.port())
                    .database("orders")
                    .username("agent-7")
                    .password(OpenDoor.TOKEN)
                    .sslMode(SSLMode.REQUIRE)
                    .fetchSize(3)
                    .build())
            .create()
            .block(PATIENCE);
  }

  @AfterEach
  void disconnect() {
    connection.close().block(PATIENCE);
    assertThat(new Canaries(Shop.CANARIES).in(door.tap.received())).isEmpty();
    door.tap.forget();
  }

  private List<String> ask(String sql, Object... parameters) {
    return rows(sql, parameters).collectList().block(PATIENCE);
  }

  private Flux<String> rows(String sql, Object... parameters) {
    var statement = connection.createStatement(sql);
    for (int i = 0; i < parameters.length; i++) {
      statement.bind(i, parameters[i]);
    }
    return statement
        .execute()
        .flatMap(
            result ->
                result.map(
                    (row, metadata) -> {
                      StringBuilder text = new StringBuilder();
                      for (int i = 0; i < metadata.getColumnMetadatas().size(); i++) {
                        text.append(i == 0 ? "" : " ").append(row.get(i));
                      }
                      return text.toString();
                    }));
  }

  @Test
  void hidesWhatIsMaskedInBinaryFormat() {
    for (int i = 0; i < 3; i++) {
      assertThat(ask("SELECT name, email, ssn FROM customers WHERE id = $1", 1))
          .containsExactly("Ada ***** null");
    }
    assertThat(ask("SELECT upper(email) FROM customers WHERE id = $1", 1)).containsExactly("*****");
  }

  @Test
  void takesRowsAFewAtATime() {
    assertThat(ask("SELECT n FROM generate_series(1, 100) AS n WHERE n > $1", 90))
        .containsExactly("91", "92", "93", "94", "95", "96", "97", "98", "99", "100");
    // Whoever has enough ends the portal in the middle of it.
    assertThat(
            rows("SELECT n FROM generate_series(1, $1) AS n", 1_000)
                .take(4)
                .collectList()
                .block(PATIENCE))
        .containsExactly("1", "2", "3", "4");
    assertThat(ask("SELECT 1 + $1", 1)).containsExactly("2");
  }

  @Test
  void sendsStatementsBehindEachOther() {
    assertThat(
            Flux.range(1, 20)
                .flatMapSequential(n -> rows("SELECT $1::int4 AS n", n))
                .collectList()
                .block(PATIENCE))
        .hasSize(20)
        .startsWith("1", "2")
        .endsWith("20");
  }

  @Test
  void saysWhyAndGoesOn() {
    R2dbcException refused =
        catchThrowableOfType(
            R2dbcPermissionDeniedException.class,
            () -> ask("SELECT rolpassword FROM pg_authid WHERE oid > $1", 0));
    assertThat(refused.getSqlState()).isEqualTo("42501");
    assertThat(refused).hasMessageContaining("blocked by policy PG-CLOSED");

    R2dbcException wrong =
        catchThrowableOfType(R2dbcException.class, () -> ask("SELECT nonsense FROM orders"));
    assertThat(wrong.getSqlState()).isEqualTo("42703");
    assertThat(ask("SELECT 2")).containsExactly("2");
  }

  @Test
  void aTransactionThatFailedIsRolledBack() {
    connection.beginTransaction().block(PATIENCE);
    assertThat(
            connection
                .createStatement("INSERT INTO orders (id, status) VALUES ($1, $2)")
                .bind(0, 901)
                .bind(1, "new")
                .add()
                .bind(0, 902)
                .bind(1, "new")
                .execute()
                .flatMap(PostgresqlResult::getRowsUpdated)
                .collectList()
                .block(PATIENCE))
        .containsExactly(1L, 1L);
    assertThatThrownBy(() -> ask("SELECT rolpassword FROM pg_authid WHERE oid > $1", 0))
        .isInstanceOf(R2dbcPermissionDeniedException.class);
    R2dbcException aborted = catchThrowableOfType(R2dbcException.class, () -> ask("SELECT 1"));
    assertThat(aborted.getSqlState()).isEqualTo("25P02");
    connection.rollbackTransaction().block(PATIENCE);

    assertThat(ask("SELECT count(*) FROM orders WHERE id > $1", 900)).containsExactly("0");
  }

  @Test
  void whatIsCancelledEnds() {
    CompletableFuture<List<String>> slow =
        rows("SELECT 1 FROM pg_sleep(300)").collectList().toFuture();
    await()
        .until(
            () ->
                door.shop
                    .ask("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'")
                    .equals("1"));
    // The driver may take it for an accident that nobody answers, as no server does.
    connection.cancelRequest().onErrorComplete().block(PATIENCE);

    assertThat(slow)
        .failsWithin(PATIENCE)
        .withThrowableThat()
        .havingCause()
        .isInstanceOfSatisfying(
            R2dbcException.class, e -> assertThat(e.getSqlState()).isEqualTo("57014"));
    assertThat(ask("SELECT 2")).containsExactly("2");
  }
}

package dev.countersign.proxy.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.proxy.frontdoor.PaperApprovals;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.util.PSQLException;

/** What the extended protocol of a stock driver sees through the door. */
@Tag("every-postgres")
final class PgjdbcIT {

  /** pgjdbc names a statement, and asks for binary, from this execution on. */
  private static final int PREPARE_THRESHOLD = 5;

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
  }

  private static Connection connect() throws SQLException {
    return DriverManager.getConnection(door.jdbcUrl());
  }

  /** What a tool asks a driver about a database. */
  @FunctionalInterface
  interface Question {
    ResultSet ask(DatabaseMetaData database) throws SQLException;
  }

  private static Stream<Named<Question>> questions() {
    return Stream.of(
        named("tables", it -> it.getTables(null, null, "%", null)),
        named("columns", it -> it.getColumns(null, "public", "%", "%")),
        named("primary keys", it -> it.getPrimaryKeys(null, "public", "customers")),
        named("indexes", it -> it.getIndexInfo(null, "public", "customers", false, false)),
        named("row id", it -> it.getBestRowIdentifier(null, "public", "customers", 0, true)),
        named("privileges", it -> it.getColumnPrivileges(null, "public", "customers", "%")),
        named("functions", it -> it.getFunctionColumns(null, null, "pg_sleep%", null)),
        named("types", DatabaseMetaData::getTypeInfo));
  }

  private static Named<Question> named(String name, Question question) {
    return Named.of(name, question);
  }

  @ParameterizedTest
  @MethodSource("questions")
  void tellsOfTheDatabaseWhatADirectConnectionTells(Question question) throws Exception {
    door.policy.activate(new OpenHandedPolicy(ShopPolicy.PLAN));
    try (Connection through = connect();
        Connection direct = door.shop.connect()) {
      assertThat(rows(question.ask(through.getMetaData())))
          .isNotEmpty()
          .isEqualTo(rows(question.ask(direct.getMetaData())));
    } finally {
      door.policy.activate(new ShopPolicy());
    }
  }

  private static List<String> rows(ResultSet result) throws SQLException {
    List<String> rows = new ArrayList<>();
    while (result.next()) {
      StringBuilder row = new StringBuilder();
      for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
        row.append(result.getString(i)).append('|');
      }
      rows.add(row.toString());
    }
    return rows;
  }

  @Test
  void prepares_thenAsksForBinary_andStaysMasked() throws Exception {
    try (Connection connection = connect();
        PreparedStatement statement =
            connection.prepareStatement(
                "SELECT id, email, ssn, created_at, lower(email), length(ssn) FROM customers"
                    + " WHERE id = ?")) {
      for (int i = 0; i < 3 * PREPARE_THRESHOLD; i++) {
        statement.setInt(1, 1);
        try (ResultSet rows = statement.executeQuery()) {
          assertThat(rows.next()).isTrue();
          assertThat(rows.getInt(1)).isEqualTo(1);
          assertThat(rows.getString(2)).isEqualTo("*****");
          assertThat(rows.getString(3)).isNull();
          assertThat(rows.getTimestamp(4)).isNotNull();
          assertThat(rows.getString(5)).isEqualTo("*****");
          assertThat(rows.getObject(6)).isNull();
          assertThat(rows.next()).isFalse();
        }
      }
    }
  }

  @Test
  void sendsBatchesInATransaction() throws Exception {
    try (Connection connection = connect()) {
      connection.setAutoCommit(false);
      try (PreparedStatement insert =
          connection.prepareStatement("INSERT INTO orders VALUES (?, 1, ?, ?)")) {
        for (int id = 1_000; id < 1_050; id++) {
          insert.setInt(1, id);
          insert.setString(2, "batch");
          insert.setLong(3, id);
          insert.addBatch();
        }
        assertThat(insert.executeBatch()).hasSize(50).containsOnly(1);
      }
      connection.rollback();
    }
    assertThat(door.shop.ask("SELECT count(*) FROM orders WHERE status = 'batch'")).isEqualTo("0");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DELETE FROM orders",
        "WITH d AS (DELETE FROM orders RETURNING *) SELECT * FROM d",
        "EXPLAIN ANALYZE DELETE FROM orders",
        "DO $$ BEGIN DELETE FROM orders; END $$",
        "COPY (SELECT email FROM customers) TO STDOUT"
      })
  void blocksWithoutLosingTheConnection(String sql) throws Exception {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      assertThatThrownBy(() -> statement.execute(sql))
          .isInstanceOfSatisfying(
              PSQLException.class,
              refused -> {
                assertThat(refused.getSQLState()).isEqualTo("42501");
                assertThat(refused.getServerErrorMessage().getHint()).isNotBlank();
                assertThat(refused.getServerErrorMessage().getDetail()).contains("\"decision\"");
              });
      try (ResultSet rows = statement.executeQuery("SELECT 41 + 1")) {
        assertThat(rows.next()).isTrue();
        assertThat(rows.getInt(1)).isEqualTo(42);
      }
    }
    assertThat(door.shop.ask("SELECT count(*) FROM orders")).isEqualTo("10");
  }

  @Test
  void aBlockedStatementAbortsTheTransactionAsAnyErrorWould() throws Exception {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("INSERT INTO orders VALUES (2000, 1, 'open', 1)");
      assertThatThrownBy(() -> statement.execute("DROP TABLE orders"))
          .isInstanceOf(PSQLException.class);

      assertThatThrownBy(() -> statement.execute("SELECT 1"))
          .isInstanceOfSatisfying(
              PSQLException.class, aborted -> assertThat(aborted.getSQLState()).isEqualTo("25P02"));
      connection.rollback();
      statement.execute("SELECT 1");
    }
    assertThat(door.shop.ask("SELECT count(*) FROM orders")).isEqualTo("10");
  }

  @Test
  void pgs17_anErrorCarriesNoValue() throws Exception {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      assertThatThrownBy(() -> statement.executeQuery("SELECT email::int FROM customers"))
          .isInstanceOfSatisfying(
              PSQLException.class,
              failed -> {
                assertThat(failed.getSQLState()).isEqualTo("22P02");
                assertThat(failed.getMessage()).contains("invalid_text_representation");
              });
    }
  }

  @Test
  void gw16_anApprovalHoldsItsParameters() throws Exception {
    try (Connection connection = connect();
        PreparedStatement update =
            connection.prepareStatement("UPDATE orders SET status = ? WHERE id = ?")) {
      update.setString(1, "paid");
      update.setInt(2, 3);
      CompletableFuture<Integer> done = run(update::executeUpdate);
      PaperApprovals.Asked asked = door.approvals.next();
      asked.approve();

      assertThat(done.get()).isEqualTo(1);
      assertThat(asked.command().parameters().getFirst().value())
          .contains(
              HexFormat.of().formatHex("paid".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    }
    assertThat(door.shop.ask("SELECT status FROM orders WHERE id = 3")).isEqualTo("paid");
    assertThat(door.approvals.asked).isEmpty();
  }

  @Test
  void pgp13_aClientCancelsItsWaitForAnApproval() throws Exception {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      CompletableFuture<Integer> done =
          run(() -> statement.executeUpdate("UPDATE orders SET status = 'cancelled'"));
      PaperApprovals.Asked asked = door.approvals.next();
      statement.cancel();

      assertCancelled(done);
      assertThat(door.approvals.withdrawn.take()).isEqualTo(asked.id());
      statement.execute("SELECT 1");
    }
  }

  @Test
  void pgp13_aClientCancelsWhatTheServerRuns() throws Exception {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.setQueryTimeout(1);

      assertCancelled(
          run(
              () ->
                  statement.execute(
                      "SELECT count(*) FROM generate_series(1, 20000000) a,"
                          + " generate_series(1, 20000000) b")));
    }
  }

  private static void assertCancelled(CompletableFuture<?> done) {
    assertThatThrownBy(done::get)
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOfSatisfying(
            PSQLException.class,
            cancelled -> assertThat(cancelled.getSQLState()).isEqualTo("57014"));
  }

  private interface Sql<T> {
    T run() throws SQLException;
  }

  private static <T> CompletableFuture<T> run(Sql<T> sql) {
    CompletableFuture<T> done = new CompletableFuture<>();
    Thread.startVirtualThread(
        () -> {
          try {
            done.complete(sql.run());
          } catch (SQLException e) {
            done.completeExceptionally(e);
          }
        });
    return done;
  }
}

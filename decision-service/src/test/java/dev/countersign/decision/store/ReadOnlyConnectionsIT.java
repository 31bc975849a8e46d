package dev.countersign.decision.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.Test;

/**
 * Ours: the pool connects to what is a standby for a moment, as while a name moves from one server
 * to another.
 */
final class ReadOnlyConnectionsIT {

  private static final String WRITE = "CREATE TABLE IF NOT EXISTS written (id int)";

  @Test
  void connectionsThatCanOnlyReadAreGivenUpForNewOnes() throws Exception {
    try (StateDatabase state = StateDatabase.start();
        Database another = state.another();
        Connection server = another.connect();
        Statement operator = server.createStatement()) {
      Database database = state.database();
      database.jdbi().useHandle(handle -> handle.execute(WRITE));
      becomes(operator, "on");

      await().atMost(Duration.ofSeconds(30)).until(() -> !database.isAlive());
      assertThatThrownBy(() -> database.jdbi().useHandle(handle -> handle.execute(WRITE)))
          .isInstanceOf(JdbiException.class)
          .matches(Database::isAway);
      operator.execute("ALTER DATABASE postgres SET default_transaction_read_only = off");

      await()
          .atMost(Duration.ofSeconds(30))
          .ignoreExceptionsInstanceOf(JdbiException.class)
          .untilAsserted(() -> database.jdbi().useHandle(handle -> handle.execute(WRITE)));
      await().atMost(Duration.ofSeconds(30)).until(another::isAlive);
      assertThat(database.isAlive()).isTrue();
    }
  }

  /** For connections that are made from now on, as all others have to be. */
  private static void becomes(Statement operator, String readOnly) throws SQLException {
    operator.execute("ALTER DATABASE postgres SET default_transaction_read_only = " + readOnly);
    operator.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            + " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()");
  }
}

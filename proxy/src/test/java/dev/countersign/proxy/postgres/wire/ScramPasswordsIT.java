package dev.countersign.proxy.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A server keeps a password in another form than it was written in; the gateway proves that one.
 */
final class ScramPasswordsIT {

  private static EmbeddedPostgres server;

  @BeforeAll
  static void start() throws IOException {
    server = EmbeddedPostgres.builder().setPGStartupWait(Duration.ofMinutes(1)).start();
  }

  @AfterAll
  static void stop() throws IOException {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "correct horse",
        "with\ta tab",
        "f\u00fcnf",
        "fu\u0308nf",
        "no\u00a0break",
        "soft\u00adly",
        "\u2168",
        "\u00aa",
        "\ufb01n",
        "\uff30\uff21\uff33\uff33",
        "\u00ad",
        "bell\u00fc\u0007",
        "\u06271",
        "newer \ud83d\ude80",
        "private \ue000"
      })
  void theServersKeyIsTheOneProven(String password) throws SQLException {
    String[] stored = stored(password).split("[$:]", 5);

    ScramKeys.Pair keys =
        new ScramKeys()
            .of(password, Base64.getDecoder().decode(stored[2]), Integer.parseInt(stored[1]));

    assertThat(ScramKeys.sha256(keys.client())).asBase64Encoded().isEqualTo(stored[3]);
    assertThat(keys.server()).asBase64Encoded().isEqualTo(stored[4]);
  }

  /** {@code SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey}. */
  private static String stored(String password) throws SQLException {
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("DROP ROLE IF EXISTS someone");
      statement.execute("CREATE ROLE someone PASSWORD '%s'".formatted(password));
      try (ResultSet row =
          statement.executeQuery("SELECT rolpassword FROM pg_authid WHERE rolname = 'someone'")) {
        row.next();
        return row.getString(1);
      }
    }
  }
}

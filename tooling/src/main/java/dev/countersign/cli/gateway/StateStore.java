package dev.countersign.cli.gateway;

import dev.countersign.cli.configuration.Configuration;
import dev.countersign.cli.embedded.PostgresServer;
import dev.countersign.decision.resource.Secret;
import dev.countersign.decision.store.Database;
import dev.countersign.decision.store.DatabaseConfig;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Optional;

/**
 * The database of the gateway's own state, with the server it runs on if that is ours.
 *
 * @param server the embedded server, stopped after the database is closed
 */
record StateStore(Database database, Optional<PostgresServer> server) implements AutoCloseable {

  static final String NAME = "countersign";

  static StateStore open(Configuration.State state) throws SQLException, IOException {
    Optional<Configuration.Jdbc> owned = state.database().jdbc();
    if (owned.isPresent()) {
      Configuration.Jdbc jdbc = owned.get();
      return new StateStore(
          Database.open(new DatabaseConfig(jdbc.url(), jdbc.user(), jdbc.password())),
          Optional.empty());
    }
    int port = state.database().embedded().map(Configuration.Embedded::port).orElse(0);
    PostgresServer server = PostgresServer.start(state.directory().resolve("postgres"), port);
    try {
      server.createDatabase(NAME);
      return new StateStore(
          Database.open(
              new DatabaseConfig(
                  server.url(NAME), server.superuser(), new Secret.Generated(server.password()))),
          Optional.of(server));
    } catch (SQLException | RuntimeException e) {
      server.close();
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    database.close();
    if (server.isPresent()) {
      server.get().close();
    }
  }
}

package dev.countersign.cli.demo;

import dev.countersign.cli.embedded.PostgresServer;
import dev.countersign.cli.embedded.PrivateFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;

/**
 * The databases of the demo on one server: {@code orders} and {@code bench}, which the gateway
 * protects, and {@code countersign}, in which it keeps its state. Every role has a random password
 * in a file of its own.
 *
 * @param gatewayPassword of {@link #GATEWAY_ROLE}
 * @param statePassword of {@link #STATE_ROLE}
 */
record DemoDatabases(PostgresServer server, Path gatewayPassword, Path statePassword) {

  /** What the gateway logs in as: it may do what agents need, and no more. */
  static final String GATEWAY_ROLE = "countersign_gateway";

  static final String STATE_ROLE = "countersign_state";
  static final String ORDERS = "orders";
  static final String BENCH = "bench";
  static final String STATE = "countersign";

  /** The server's own log, in a form that the journal can be compared with. */
  static final Map<String, String> LOG =
      Map.of(
          "logging_collector", "on",
          "log_destination", "csvlog",
          "log_timezone", "UTC",
          "log_filename", "postgresql");

  static DemoDatabases create(PostgresServer server, Path directory)
      throws SQLException, IOException {
    Path gateway = directory.resolve("orders.password");
    Path state = directory.resolve("state.password");
    server.execute(
        server.superuser(),
        role(GATEWAY_ROLE, PrivateFiles.secret(gateway)),
        role(STATE_ROLE, PrivateFiles.secret(state)),
        "CREATE DATABASE " + ORDERS,
        "CREATE DATABASE " + BENCH + " OWNER " + GATEWAY_ROLE,
        "CREATE DATABASE " + STATE + " OWNER " + STATE_ROLE,
        "REVOKE CONNECT ON DATABASE " + STATE + " FROM PUBLIC");
    try (Connection connection = server.connect(ORDERS)) {
      new SampleShop().create(connection);
    }
    server.execute(
        ORDERS,
        "ALTER DATABASE " + ORDERS + " SET log_statement = 'all'",
        "GRANT USAGE ON SCHEMA public TO " + GATEWAY_ROLE,
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO " + GATEWAY_ROLE);
    return new DemoDatabases(server, gateway, state);
  }

  /** Passwords are hex digits: nothing in them needs quoting. */
  private static String role(String name, String password) {
    return "CREATE ROLE %s LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD '%s'"
        .formatted(name, password);
  }
}

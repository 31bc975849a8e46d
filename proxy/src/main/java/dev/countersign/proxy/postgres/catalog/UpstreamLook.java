package dev.countersign.proxy.postgres.catalog;

import dev.countersign.decision.resource.PostgresUpstream;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;

/** One look at an upstream, as the gateway itself would get in: address, certificate, password. */
public final class UpstreamLook {

  private UpstreamLook() {}

  /**
   * Logs in and out.
   *
   * @return what answers there
   * @throws SQLException if the gateway would not get in
   * @throws RuntimeException if its secret cannot be had
   */
  public static String at(PostgresUpstream upstream) throws SQLException {
    try (Connection connection = CatalogReader.connect(upstream)) {
      DatabaseMetaData server = connection.getMetaData();
      return server.getDatabaseProductName() + " " + server.getDatabaseProductVersion();
    }
  }
}

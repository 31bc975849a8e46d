package dev.countersign.proxy.postgres.catalog;

import dev.countersign.decision.resource.PostgresUpstream;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/**
 * A connection of the gateway's own to an upstream, past all sessions. Its search path is pinned,
 * so that nothing in the database can stand in for a system catalog (PG-P09).
 */
public final class OwnConnection {

  private OwnConnection() {}

  /** Connects with the gateway's own role. Blocks. */
  public static Connection open(PostgresUpstream upstream) throws SQLException {
    return open(upstream, "");
  }

  /** Connects for reading only. Blocks. */
  public static Connection openReadOnly(PostgresUpstream upstream) throws SQLException {
    return open(upstream, " -c default_transaction_read_only=on");
  }

  private static Connection open(PostgresUpstream upstream, String options) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", upstream.user());
    properties.setProperty("password", upstream.password().reveal());
    properties.setProperty(
        "sslmode", upstream.tls() == PostgresUpstream.Tls.DISABLE ? "disable" : "verify-full");
    upstream
        .authority()
        .ifPresentOrElse(
            authority -> properties.setProperty("sslrootcert", authority.file().toString()),
            () -> properties.setProperty("sslfactory", "org.postgresql.ssl.DefaultJavaSSLFactory"));
    properties.setProperty("ApplicationName", "countersign");
    properties.setProperty(
        "options", "-c search_path=pg_catalog -c statement_timeout=30000" + options);
    // EXPLAIN (GENERIC_PLAN) takes parameters without values, but not in the extended protocol.
    properties.setProperty("preferQueryMode", "extendedForPrepared");
    properties.setProperty("socketFactory", CheckedSockets.class.getName());
    properties.setProperty("socketFactoryArg", upstream.networks().toString());
    properties.setProperty("connectTimeout", "10");
    properties.setProperty("socketTimeout", "40");
    return DriverManager.getConnection(
        "jdbc:postgresql://" + upstream.host() + ":" + upstream.port() + "/" + upstream.database(),
        properties);
  }
}

package dev.countersign.decision.resource;

import static java.util.Objects.requireNonNull;

import dev.countersign.rules.fact.Resource;
import java.util.List;
import java.util.Optional;

/**
 * A PostgreSQL database behind the gateway.
 *
 * @param resource what rules and subjects know of it
 * @param host its address
 * @param port its TCP port
 * @param database the database there
 * @param user the role the gateway logs in as
 * @param password that role's password
 * @param tls whether and how the connection is encrypted
 * @param authority who signs its certificate; empty for those whom the JVM trusts
 * @param searchPath the schemas in which unqualified names are looked up, first match wins; the
 *     gateway sets it and no session may change it
 * @param sessions what holds for every session
 * @param networks where it may be, whatever its name resolves to
 */
public record PostgresUpstream(
    Resource resource,
    String host,
    int port,
    String database,
    String user,
    Secret password,
    Tls tls,
    Optional<Authority> authority,
    List<String> searchPath,
    PostgresSessions sessions,
    Networks networks)
    implements Upstream {

  /** How the connection to the upstream is encrypted, in the words of libpq's sslmode. */
  public enum Tls {
    DISABLE,
    /** Encrypted, and the certificate is verified: who signed it, and the host. */
    VERIFY_FULL
  }

  /** The same database with another role to log in as. */
  public PostgresUpstream withLogin(String role, Secret itsPassword) {
    return new PostgresUpstream(
        resource,
        host,
        port,
        database,
        role,
        itsPassword,
        tls,
        authority,
        searchPath,
        sessions,
        networks);
  }

  @Override
  public String address() {
    return host + ":" + port + "/" + database;
  }

  /** A database whose sessions are as plain as they can be. */
  public PostgresUpstream(
      Resource resource,
      String host,
      int port,
      String database,
      String user,
      Secret password,
      Tls tls,
      List<String> searchPath) {
    this(resource, host, port, database, user, password, tls, searchPath, PostgresSessions.PLAIN);
  }

  public PostgresUpstream {
    requireNonNull(resource, "resource");
    requireNonNull(host, "host");
    requireNonNull(database, "database");
    requireNonNull(user, "user");
    requireNonNull(password, "password");
    requireNonNull(tls, "tls");
    requireNonNull(authority, "authority");
    requireNonNull(sessions, "sessions");
    searchPath = List.copyOf(searchPath);
    requireNonNull(networks, "networks");
  }

  /** One that this process itself has started, on this machine or elsewhere. */
  public PostgresUpstream(
      Resource resource,
      String host,
      int port,
      String database,
      String user,
      Secret password,
      Tls tls,
      List<String> searchPath,
      PostgresSessions sessions) {
    this(
        resource,
        host,
        port,
        database,
        user,
        password,
        tls,
        Optional.empty(),
        searchPath,
        sessions,
        Networks.ANYWHERE);
  }
}

package dev.countersign.decision.store;

import static java.util.Objects.requireNonNull;

import dev.countersign.decision.resource.Secret;

/**
 * Where the state is.
 *
 * @param jdbcUrl {@code jdbc:postgresql://host:port/database}, without user and password
 * @param user a role that may create the schema {@code countersign}, or owns it
 * @param password that role's password
 */
public record DatabaseConfig(String jdbcUrl, String user, Secret password) {

  public DatabaseConfig {
    requireNonNull(user, "user");
    requireNonNull(password, "password");
    if (!jdbcUrl.startsWith("jdbc:postgresql:")) {
      throw new IllegalArgumentException("the database must be a jdbc:postgresql: URL");
    }
    if (jdbcUrl.contains("password=")) {
      throw new IllegalArgumentException("the database's password does not belong in its URL");
    }
  }
}

package dev.countersign.proxy.postgres;

import static java.util.Objects.requireNonNull;

import dev.countersign.proxy.postgres.sql.SqlClassifier;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How the PostgreSQL front door listens and what it puts up with.
 *
 * @param listen the address to listen on; port 0 takes a free one
 * @param certificate PEM file with the certificate chain
 * @param key PEM file with its PKCS #8 key
 * @param maxSessions how many sessions at once
 * @param maxStatementBytes the longest SQL text, in bytes of UTF-8; no more than {@link
 *     SqlClassifier#MAX_LENGTH}
 * @param maxMessageBytes the longest message in either direction, in bytes
 * @param maxNames how many prepared statements, and how many portals, a session may hold
 * @param handshakeTimeout from the connection to the first command at the latest
 * @param approvalNotice how often a waiting client hears that it waits
 */
public record PostgresDoorConfig(
    InetSocketAddress listen,
    Path certificate,
    Path key,
    int maxSessions,
    int maxStatementBytes,
    int maxMessageBytes,
    int maxNames,
    Duration handshakeTimeout,
    Duration approvalNotice) {

  public PostgresDoorConfig {
    requireNonNull(listen, "listen");
    requireNonNull(certificate, "certificate");
    requireNonNull(key, "key");
    requireNonNull(handshakeTimeout, "handshakeTimeout");
    requireNonNull(approvalNotice, "approvalNotice");
    if (maxSessions < 1 || maxStatementBytes < 1 || maxMessageBytes < 1 || maxNames < 1) {
      throw new IllegalArgumentException("a limit is below 1");
    }
    if (maxStatementBytes > SqlClassifier.MAX_LENGTH) {
      throw new IllegalArgumentException("statements would be longer than what is read");
    }
    if (!handshakeTimeout.isPositive() || !approvalNotice.isPositive()) {
      throw new IllegalArgumentException("a time is not positive");
    }
  }

  /** The defaults for everything but the address and the certificate. */
  public static PostgresDoorConfig of(InetSocketAddress listen, Path certificate, Path key) {
    return new PostgresDoorConfig(
        listen,
        certificate,
        key,
        10_000,
        SqlClassifier.MAX_LENGTH,
        64 << 20,
        10_000,
        Duration.ofSeconds(30),
        Duration.ofSeconds(15));
  }
}

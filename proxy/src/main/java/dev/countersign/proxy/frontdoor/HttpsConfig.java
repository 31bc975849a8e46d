package dev.countersign.proxy.frontdoor;

import static java.util.Objects.requireNonNull;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How the HTTPS listener listens and what it puts up with.
 *
 * @param listen the address to listen on; port 0 takes a free one
 * @param certificate PEM file with the certificate chain
 * @param key PEM file with its PKCS #8 key
 * @param limits bounds on what a client may take
 */
public record HttpsConfig(InetSocketAddress listen, Path certificate, Path key, Limits limits) {

  /**
   * Bounds on what a client may take.
   *
   * @param connections at once
   * @param streams requests at once on one connection of HTTP/2
   * @param headBytes the longest request line with all header fields
   * @param head from the connection to the end of the first request's head
   * @param idle how long a connection may stay without a request
   * @param stall how long a client may send nothing of an unfinished body, or take nothing of an
   *     answer
   */
  public record Limits(
      int connections, int streams, int headBytes, Duration head, Duration idle, Duration stall) {

    public static final Limits DEFAULT =
        new Limits(
            10_000,
            256,
            32 << 10,
            Duration.ofSeconds(10),
            Duration.ofMinutes(2),
            Duration.ofSeconds(60));

    public Limits {
      if (connections < 1 || streams < 1 || headBytes < 1) {
        throw new IllegalArgumentException("a limit is below 1");
      }
      if (!head.isPositive() || !idle.isPositive() || !stall.isPositive()) {
        throw new IllegalArgumentException("a time is not positive");
      }
    }
  }

  public HttpsConfig {
    requireNonNull(listen, "listen");
    requireNonNull(certificate, "certificate");
    requireNonNull(key, "key");
    requireNonNull(limits, "limits");
  }
}

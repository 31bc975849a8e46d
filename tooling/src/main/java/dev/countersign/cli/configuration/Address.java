package dev.countersign.cli.configuration;

import static java.util.Objects.requireNonNull;

import java.net.InetSocketAddress;

/**
 * Where a part listens.
 *
 * @param port 0 takes any free one
 */
public record Address(String host, int port) {

  public Address {
    requireNonNull(host, "host");
  }

  /** The same, resolved for a socket. */
  public InetSocketAddress socket() {
    return new InetSocketAddress(host, port);
  }

  @Override
  public String toString() {
    return host.indexOf(':') < 0 ? host + ":" + port : "[" + host + "]:" + port;
  }
}

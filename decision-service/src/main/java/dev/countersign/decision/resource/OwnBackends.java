package dev.countersign.decision.resource;

import static java.util.Objects.requireNonNull;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the gateway itself stands on: its database, its search index, its issuers. None of them is
 * ever a resource: an agent that reached them through the gateway would act as the gateway.
 */
public record OwnBackends(List<Backend> backends) {

  /** Behind these ports a reverse proxy may serve many things, told apart by name alone. */
  private static final Set<Integer> SHARED = Set.of(80, 443);

  public static final OwnBackends NONE = new OwnBackends(List.of());

  /**
   * One of them.
   *
   * @param what in words
   * @param database of the server, if it is one with many
   */
  public record Backend(String what, String host, int port, Optional<String> database) {
    public Backend {
      requireNonNull(what, "what");
      requireNonNull(host, "host");
      requireNonNull(database, "database");
    }

    /** Another database of the same server is another thing. */
    private boolean isFor(Optional<String> other) {
      return database.isEmpty() || other.isEmpty() || database.equals(other);
    }
  }

  public OwnBackends {
    backends = List.copyOf(backends);
  }

  /** What speaks against a resource, by the names it is given. */
  public Optional<String> objection(Upstream upstream) {
    return backends.stream()
        .filter(own -> own.host().equalsIgnoreCase(upstream.host()))
        .filter(own -> own.port() == upstream.port() && own.isFor(database(upstream)))
        .findFirst()
        .map(own -> "it is " + own.what() + " of the gateway itself");
  }

  private static Optional<String> database(Upstream upstream) {
    return upstream instanceof PostgresUpstream postgres
        ? Optional.of(postgres.database())
        : Optional.empty();
  }

  /**
   * Where an upstream must not lead, whatever its name resolves to later.
   *
   * @param database that it is about, if it is about one
   */
  Set<InetSocketAddress> addresses(Optional<String> database) {
    Set<InetSocketAddress> addresses = new HashSet<>();
    for (Backend own : backends) {
      if (own.isFor(database) && !SHARED.contains(own.port())) {
        for (InetAddress address : resolved(own.host())) {
          addresses.add(new InetSocketAddress(address, own.port()));
        }
      }
    }
    return addresses;
  }

  private static InetAddress[] resolved(String host) {
    try {
      return InetAddress.getAllByName(host);
    } catch (UnknownHostException e) {
      return new InetAddress[0];
    }
  }
}

package dev.countersign.proxy.kubernetes.wire;

import java.time.Duration;
import java.util.Optional;

/**
 * A client of one API server. A connection is used again only if nothing unusual has happened on
 * it; redirects are never followed.
 */
public final class ApiServer implements AutoCloseable {

  /** How long one waits for others who connect; the API server may be far away, or hang. */
  private static final Duration PATIENCE = Duration.ofMillis(250);

  private final ServerAddress address;
  private final ConnectionPool connections;

  public ApiServer(ServerAddress address) {
    this(address, PATIENCE);
  }

  ApiServer(ServerAddress address, Duration patience) {
    this.address = address;
    connections = new ConnectionPool(patience);
  }

  /**
   * Sends a request and reads the head of the answer. Only what has not been sent on a connection
   * that turns out to be gone is sent again.
   *
   * @throws UpstreamException if there is no answer
   */
  public UpstreamResponse send(UpstreamRequest request) throws UpstreamException {
    if (isRepeatable(request)) {
      Optional<ServerConnection> used = connections.takeIdle();
      if (used.isPresent()) {
        try {
          return sendOn(used.get(), request);
        } catch (UpstreamException.Silent e) {
          throw e;
        } catch (UpstreamException e) {
          connections.beginMaking();
        }
      }
    } else {
      // What changes something is never sent twice: it begins on one that is surely alive.
      connections.beginMaking();
    }
    return sendOn(connect(), request);
  }

  private static boolean isRepeatable(UpstreamRequest request) {
    return request.method().equals("GET") || request.method().equals("HEAD");
  }

  private ServerConnection connect() throws UpstreamException {
    try {
      return new ServerConnection(address);
    } finally {
      connections.made();
    }
  }

  private UpstreamResponse sendOn(ServerConnection connection, UpstreamRequest request)
      throws UpstreamException {
    try {
      return connection.exchange(request, connections);
    } catch (UpstreamException e) {
      connection.close();
      throw e;
    }
  }

  @Override
  public void close() {
    connections.close();
  }
}

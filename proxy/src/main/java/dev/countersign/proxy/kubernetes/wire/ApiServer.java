package dev.countersign.proxy.kubernetes.wire;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * A client of one API server. A connection is used again only if nothing unusual has happened on
 * it; redirects are never followed.
 */
public final class ApiServer implements AutoCloseable {

  /**
   * As many as are used at once: a connection for each request would cost more than the request.
   */
  private static final int MOST_IDLE = 256;

  private final ServerAddress address;
  private final Deque<ServerConnection> idle = new ArrayDeque<>();
  private boolean closed;

  public ApiServer(ServerAddress address) {
    this.address = address;
  }

  /**
   * Sends a request and reads the head of the answer. Only what has not been sent on a connection
   * that turns out to be gone is sent again.
   *
   * @throws UpstreamException if there is no answer
   */
  public UpstreamResponse send(UpstreamRequest request) throws UpstreamException {
    // What changes something is never sent twice: it begins on a connection that is surely alive.
    ServerConnection used = isRepeatable(request) ? takeIdle() : null;
    if (used != null) {
      try {
        return used.exchange(request, this);
      } catch (UpstreamException.Silent e) {
        used.close();
        throw e;
      } catch (UpstreamException e) {
        used.close();
      }
    }
    ServerConnection fresh = new ServerConnection(address);
    try {
      return fresh.exchange(request, this);
    } catch (UpstreamException e) {
      fresh.close();
      throw e;
    }
  }

  private static boolean isRepeatable(UpstreamRequest request) {
    return request.method().equals("GET") || request.method().equals("HEAD");
  }

  private synchronized @Nullable ServerConnection takeIdle() {
    return idle.pollFirst();
  }

  void giveBack(ServerConnection connection) {
    synchronized (this) {
      if (!closed && idle.size() < MOST_IDLE) {
        idle.addFirst(connection);
        return;
      }
    }
    connection.close();
  }

  @Override
  public synchronized void close() {
    closed = true;
    idle.forEach(ServerConnection::close);
    idle.clear();
  }
}

package dev.countersign.proxy.kubernetes.wire;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The connections to one API server that are idle, and how many are being made. Of a burst of
 * requests few make connections: each costs more than a request, and would make all others wait
 * until more of them need one.
 */
final class ConnectionPool {

  /** As many as are used at once. */
  private static final int MOST_IDLE = 256;

  static final int MADE_AT_ONCE = 8;

  private final Duration patience;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<ServerConnection> idle = new ArrayDeque<>();
  private int making;
  private boolean closed;

  /**
   * @param patience how long one waits while so many are being made; then it makes one anyway
   */
  ConnectionPool(Duration patience) {
    this.patience = patience;
  }

  /** Waits for an idle one; nothing if one has to be made, which {@link #made} ends. */
  Optional<ServerConnection> takeIdle() throws UpstreamException {
    return take(true);
  }

  /** Waits until one may be made, which {@link #made} ends. */
  void beginMaking() throws UpstreamException {
    take(false);
  }

  private Optional<ServerConnection> take(boolean isIdleEnough) throws UpstreamException {
    lock.lock();
    try {
      long left = patience.toNanos();
      while (making >= MADE_AT_ONCE && (!isIdleEnough || idle.isEmpty()) && left > 0) {
        left = changed.awaitNanos(left);
      }
      if (isIdleEnough && !idle.isEmpty()) {
        return Optional.of(idle.removeFirst());
      }
      making++;
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UpstreamException("the gateway is being stopped", e);
    } finally {
      lock.unlock();
    }
  }

  /** One was made, or could not be. */
  void made() {
    lock.lock();
    try {
      making--;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Takes one that can be used again. */
  void giveBack(ServerConnection connection) {
    lock.lock();
    try {
      if (!closed && idle.size() < MOST_IDLE) {
        idle.addFirst(connection);
        changed.signalAll();
        return;
      }
    } finally {
      lock.unlock();
    }
    connection.close();
  }

  void close() {
    lock.lock();
    try {
      closed = true;
      idle.forEach(ServerConnection::close);
      idle.clear();
    } finally {
      lock.unlock();
    }
  }
}

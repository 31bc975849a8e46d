package dev.countersign.cli.gateway;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has been started, to be closed in the opposite order, each whatever the others do. Also
 * closed when the process is told to stop, even while parts are being started.
 */
public final class Parts implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Parts.class);

  private record Part(String name, AutoCloseable closeable) {}

  private final Deque<Part> started = new ArrayDeque<>();
  private boolean closed;

  private Parts() {}

  /** No parts yet. */
  public static Parts untilShutdown() {
    Parts parts = new Parts();
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("stop").unstarted(parts::close));
    return parts;
  }

  /**
   * Remembers a part; gives it back.
   *
   * @throws IllegalStateException if all has been stopped meanwhile; then the part is, too
   */
  public synchronized <T extends AutoCloseable> T add(String name, T part) {
    if (closed) {
      stop(new Part(name, part));
      throw new IllegalStateException("stopped while " + name + " was started");
    }
    started.push(new Part(name, part));
    return part;
  }

  @Override
  public synchronized void close() {
    closed = true;
    while (!started.isEmpty()) {
      stop(started.pop());
    }
  }

  private static void stop(Part part) {
    try {
      part.closeable().close();
    } catch (Exception e) {
      log.atWarn().setCause(e).addKeyValue("part", part.name()).log("stopping failed");
    }
  }
}

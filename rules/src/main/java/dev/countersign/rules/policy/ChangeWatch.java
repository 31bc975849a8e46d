package dev.countersign.rules.policy;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at something again and again, on a thread of its own. When it changed and then stayed the
 * same for one interval, somebody is told.
 */
public final class ChangeWatch implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ChangeWatch.class);

  private final Supplier<? extends Object> now;
  private final Supplier<? extends Object> known;
  private final Runnable changed;
  private final Thread thread;
  private Object seen;

  private ChangeWatch(
      String name,
      Supplier<? extends Object> now,
      Supplier<? extends Object> known,
      Duration interval,
      Runnable changed) {
    this.now = requireNonNull(now, "now");
    this.known = requireNonNull(known, "known");
    this.changed = requireNonNull(changed, "changed");
    this.seen = known.get();
    this.thread = Thread.ofPlatform().name(name).daemon().unstarted(() -> run(interval));
  }

  /**
   * Starts to look.
   *
   * @param name of the thread
   * @param now what a change is seen by, as it is at this moment
   * @param known what it was when somebody last took it in; equal to {@code now} after that
   * @param changed is told, on the watch's thread
   */
  public static ChangeWatch start(
      String name,
      Supplier<? extends Object> now,
      Supplier<? extends Object> known,
      Duration interval,
      Runnable changed) {
    ChangeWatch watch = new ChangeWatch(name, now, known, interval, changed);
    watch.thread.start();
    return watch;
  }

  private void run(Duration interval) {
    try {
      while (true) {
        Thread.sleep(interval);
        look();
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  private void look() {
    Object present = now.get();
    boolean settled = present.equals(seen);
    seen = present;
    if (!settled || present.equals(known.get())) {
      return;
    }
    try {
      changed.run();
    } catch (RuntimeException broken) {
      LOG.atError().setCause(broken).log("a change could not be taken in");
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}

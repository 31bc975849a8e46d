package dev.countersign.audit.journal;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Something that is done again and again in a thread of its own. A round that fails is logged, and
 * the next one comes all the same.
 */
public final class Rounds implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Rounds.class);

  /** What is done in each round. */
  @FunctionalInterface
  public interface Round {
    void go() throws IOException, InterruptedException;
  }

  private final Duration interval;
  private final Round round;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;
  private volatile boolean waitsFirst;

  /**
   * Not yet started.
   *
   * @param name of the thread
   * @param interval from the end of a round to the begin of the next
   */
  public Rounds(String name, Duration interval, Round round) {
    this.interval = requireNonNull(interval, "interval");
    this.round = requireNonNull(round, "round");
    thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
  }

  /** Begins with a round. */
  public void start() {
    thread.start();
  }

  /** Begins with a pause: the first round is done already. */
  public void startLater() {
    waitsFirst = true;
    thread.start();
  }

  /** Whether it is to end: a long round looks now and then. */
  public boolean isClosing() {
    return closed.getCount() == 0;
  }

  /**
   * Waits within a round.
   *
   * @return whether it is to end
   */
  public boolean waits(Duration time) throws InterruptedException {
    return closed.await(time.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void run() {
    try {
      if (!waitsFirst || !waits(interval)) {
        do {
          goOnce();
        } while (!waits(interval));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void goOnce() throws InterruptedException {
    try {
      round.go();
    } catch (IOException | RuntimeException e) {
      LOG.atError()
          .setCause(e)
          .addKeyValue("task", thread.getName())
          .log("A round failed; the next one comes all the same");
    }
  }

  /** Waits for the round under way; there is no other after it. */
  @Override
  public void close() {
    closed.countDown();
    awaitEnd(thread);
  }

  /** Waits for a thread that ends by itself; an interrupt is kept for afterwards. */
  public static void awaitEnd(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

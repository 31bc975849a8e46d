package dev.countersign.proxy.git;

import java.io.IOException;
import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Work on one push that several threads share. */
final class SharedWork {

  private static final int MOST_THREADS = 4;

  /** A thread's share: as much as it gets. */
  interface Share {
    void work() throws IOException, GitRefusedException;
  }

  private SharedWork() {}

  /**
   * Has it done; it is done once every thread has found nothing more to do.
   *
   * @param parts that it can be divided into
   */
  static void run(String name, int parts, Share share)
      throws IOException, InterruptedException, GitRefusedException {
    int threads =
        Math.min(Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors()), parts);
    if (threads <= 1) {
      share.work();
      return;
    }
    Callable<Boolean> work =
        () -> {
          share.work();
          return true;
        };
    try (ExecutorService hands =
        Executors.newFixedThreadPool(
            threads, Thread.ofPlatform().daemon().name(name, 0).factory())) {
      for (Future<Boolean> hand : hands.invokeAll(Collections.nCopies(threads, work))) {
        var _ = hand.get();
      }
    } catch (ExecutionException e) {
      throw failure(e);
    }
  }

  private static GitRefusedException failure(ExecutionException e) throws IOException {
    return switch (e.getCause()) {
      case GitRefusedException refused -> refused;
      case IOException broken -> throw broken;
      case RuntimeException wrong -> throw wrong;
      case null, default -> throw new IllegalStateException("objects could not be read", e);
    };
  }
}

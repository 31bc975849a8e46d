package dev.countersign.cli.demo;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;

/** Says what is being started and how long it took. */
final class Progress {

  private final PrintWriter out;

  Progress(PrintWriter out) {
    this.out = out;
  }

  <T> T step(String what, Callable<T> work) throws Exception {
    out.print("  " + what + " … ");
    out.flush();
    long began = System.nanoTime();
    T result = work.call();
    out.println(seconds(Duration.ofNanos(System.nanoTime() - began)));
    return result;
  }

  void line(String text) {
    out.println(text);
  }

  private static String seconds(Duration took) {
    return "%.1f s".formatted(took.toMillis() / 1000.0);
  }
}

package dev.countersign.cli.demo;

import static java.util.stream.Collectors.toMap;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import dev.countersign.cli.demo.KubeCaller.Answer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;

/** Requests for one path, one way, as many and as fast as asked for. */
record KubeLoad(KubeCaller caller, String path) {

  private static final OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private static final ThreadMXBean THREADS =
      ManagementFactory.getPlatformMXBean(ThreadMXBean.class);

  /**
   * What came of it.
   *
   * @param cpuNanos of the whole process meanwhile, whatever it was used for
   * @param allocated bytes, by the whole process
   * @param failures requests that got another answer than the one asked for, by what became of them
   */
  record Outcome(
      Latencies latencies,
      long nanos,
      long cpuNanos,
      long allocated,
      Map<String, Integer> failures) {

    /** Several turns of the same. */
    static Outcome of(List<Outcome> turns) {
      return new Outcome(
          Latencies.of(turns.stream().map(Outcome::latencies).toList()),
          turns.stream().mapToLong(Outcome::nanos).sum(),
          turns.stream().mapToLong(Outcome::cpuNanos).sum(),
          turns.stream().mapToLong(Outcome::allocated).sum(),
          turns.stream()
              .flatMap(turn -> turn.failures().entrySet().stream())
              .collect(toMap(Map.Entry::getKey, Map.Entry::getValue, Integer::sum)));
    }

    double perSecond() {
      return latencies.count() * 1e9 / nanos;
    }

    double cpuMillis() {
      return cpuNanos / 1e6 / latencies.count();
    }

    double allocatedKilobytes() {
      return allocated / 1024.0 / latencies.count();
    }
  }

  /** Something that measures how long each of many requests took. */
  private interface Measuring {
    long[] nanos() throws Exception;
  }

  /**
   * Open: each request begins when it is due, whatever becomes of those before, and its time counts
   * from then. A stall is in the times of all that were due in it.
   */
  Outcome atRate(int perSecond, Duration time) throws Exception {
    int count = Math.toIntExact(perSecond * time.toSeconds());
    long pause = Duration.ofSeconds(1).toNanos() / perSecond;
    Map<String, Integer> failures = new ConcurrentHashMap<>();
    return measured(
        failures,
        () -> {
          List<Future<Long>> answers = new ArrayList<>(count);
          try (ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor()) {
            long begin = System.nanoTime() + pause;
            for (int i = 0; i < count; i++) {
              long due = begin + i * pause;
              await(due);
              answers.add(requests.submit(() -> askedAt(due, failures)));
            }
            return all(answers);
          }
        });
  }

  private static void await(long due) {
    for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  /**
   * What fails counts too: a gateway that is asked for too much is to be measured, not the bench.
   */
  private long askedAt(long due, Map<String, Integer> failures) throws InterruptedException {
    try {
      ask();
    } catch (IOException e) {
      failures.merge(String.valueOf(e.getMessage()), 1, Integer::sum);
    }
    return System.nanoTime() - due;
  }

  /** Closed: so many clients, each of which asks again as soon as it has its answer. */
  Outcome asFastAsTheyCan(int clients, Duration time) throws Exception {
    return measured(
        Map.of(),
        () -> {
          long end = System.nanoTime() + time.toNanos();
          Callable<List<Long>> client =
              () -> {
                List<Long> nanos = new ArrayList<>();
                while (System.nanoTime() < end) {
                  nanos.add(ask().nanos());
                }
                return nanos;
              };
          List<Future<List<Long>>> answers = new ArrayList<>();
          try (ExecutorService each = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < clients; i++) {
              answers.add(each.submit(client));
            }
            LongStream.Builder nanos = LongStream.builder();
            for (Future<List<Long>> answer : answers) {
              answer.get().forEach(nanos::add);
            }
            return nanos.build().toArray();
          }
        });
  }

  /** One request. */
  Answer ask() throws IOException, InterruptedException {
    Answer answer = caller.get(path);
    if (answer.status() != 200) {
      throw new IOException(path + " is answered with " + answer.status());
    }
    return answer;
  }

  private static long[] all(List<Future<Long>> answers)
      throws ExecutionException, InterruptedException {
    long[] nanos = new long[answers.size()];
    for (int i = 0; i < nanos.length; i++) {
      nanos[i] = answers.get(i).get();
    }
    return nanos;
  }

  private static Outcome measured(Map<String, Integer> failures, Measuring measuring)
      throws Exception {
    long allocated = THREADS.getTotalThreadAllocatedBytes();
    long cpu = SYSTEM.getProcessCpuTime();
    long begin = System.nanoTime();
    long[] nanos = measuring.nanos();
    long end = System.nanoTime();
    return new Outcome(
        Latencies.of(nanos),
        end - begin,
        SYSTEM.getProcessCpuTime() - cpu,
        THREADS.getTotalThreadAllocatedBytes() - allocated,
        Map.copyOf(failures));
  }
}

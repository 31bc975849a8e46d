package dev.countersign.cli.bench;

import dev.countersign.cli.terminal.Table;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Runs the same load against several targets in turns, so that whatever else the machine does falls
 * on all of them, and compares them round by round.
 */
final class Comparison {

  private static final int WARM_UP_CLIENTS = 8;
  private static final int WARM_UP_SECONDS = 10;
  private static final int MOST_WARM_UPS = 12;

  /** A run that is no better than this is as good as the best before it. */
  private static final double NOTICEABLE = 1.03;

  /** Who is measured against what. */
  record Plan(
      List<PgbenchRun.Target> targets,
      PgbenchRun.Target baseline,
      PgbenchRun.Target gateway,
      List<String> modes,
      List<Integer> clients,
      int seconds,
      int rounds) {}

  /** One round of one target; CPU is this process's only, in nanoseconds. */
  private record Sample(PgbenchRun.Result result, long cpuNanos) {}

  private final Plan plan;

  Comparison(Plan plan) {
    this.plan = plan;
  }

  /** Measures everything; gives a table. */
  String run(java.util.function.Consumer<String> progress) throws Exception {
    for (String mode : plan.modes()) {
      progress.accept("warming up, " + mode);
      warmUp(mode);
    }
    Table table =
        new Table(
            "MODE", "CLIENTS", "TARGET", "TPS", "LATENCY", "VS DIRECT", "VS PGBOUNCER", "CPU/TX");
    for (String mode : plan.modes()) {
      for (int clients : plan.clients()) {
        progress.accept(mode + ", " + clients + " clients");
        rows(mode, clients, measure(mode, clients), table);
      }
    }
    return table.toString();
  }

  /**
   * Waits for the JVM's compilers, which take much of a small machine for a minute: until two runs
   * after another were no faster than the best before them.
   */
  private void warmUp(String mode) throws Exception {
    double best = 0;
    int stable = 0;
    for (int run = 0; run < MOST_WARM_UPS && stable < 2; run++) {
      double tps = PgbenchRun.select(plan.gateway(), mode, WARM_UP_CLIENTS, WARM_UP_SECONDS).tps();
      stable = tps > best * NOTICEABLE ? 0 : stable + 1;
      best = Math.max(best, tps);
    }
  }

  private Map<String, List<Sample>> measure(String mode, int clients) throws Exception {
    Map<String, List<Sample>> samples = new LinkedHashMap<>();
    for (int round = 0; round < plan.rounds(); round++) {
      for (PgbenchRun.Target target : plan.targets()) {
        long before = cpu();
        PgbenchRun.Result result = PgbenchRun.select(target, mode, clients, plan.seconds());
        samples
            .computeIfAbsent(target.name(), name -> new ArrayList<>())
            .add(new Sample(result, cpu() - before));
      }
    }
    return samples;
  }

  private void rows(String mode, int clients, Map<String, List<Sample>> samples, Table table) {
    samples.forEach(
        (name, own) ->
            table.row(
                mode,
                clients,
                name,
                "%.0f".formatted(median(own.stream().map(s -> s.result().tps()).toList())),
                "%.3f ms".formatted(median(own.stream().map(s -> s.result().latency()).toList())),
                ratio(own, samples.get(plan.baseline().name())),
                ratio(own, samples.get("pgbouncer")),
                isHere(name) ? cpuPerTransaction(own) : ""));
  }

  /** Whether it runs in this process. */
  private boolean isHere(String name) {
    return name.equals(plan.gateway().name()) || name.equals("relay");
  }

  private static String ratio(
      List<Sample> own, @org.jspecify.annotations.Nullable List<Sample> other) {
    if (other == null) {
      return "";
    }
    List<Double> ratios = new ArrayList<>();
    for (int round = 0; round < own.size(); round++) {
      ratios.add(own.get(round).result().tps() / other.get(round).result().tps());
    }
    return String.format(
        Locale.ROOT,
        "%.2f [%.2f-%.2f]",
        median(ratios),
        ratios.stream().min(Double::compare).orElseThrow(),
        ratios.stream().max(Double::compare).orElseThrow());
  }

  private static String cpuPerTransaction(List<Sample> own) {
    return "%.1f µs"
        .formatted(
            median(
                own.stream().map(s -> s.cpuNanos() / 1000.0 / s.result().transactions()).toList()));
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }

  /** Gateway and relay run in this process; clients and servers are others. */
  private static long cpu() {
    return ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
        .getProcessCpuTime();
  }
}

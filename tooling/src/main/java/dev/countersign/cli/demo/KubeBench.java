package dev.countersign.cli.demo;

import dev.countersign.cli.demo.KubeLoad.Outcome;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Asks the demo's cluster directly and through the gateway: at a moderate rate, which shows what
 * the gateway adds to a request; one request after the other; and as fast as many clients can,
 * which shows what it costs. Client, gateway and cluster share one process and its processors.
 */
public final class KubeBench {

  private static final String NAMESPACE = "/api/v1/namespaces/bench/";
  private static final String POD = NAMESPACE + "pods/pod-1";
  private static final String SECRET = NAMESPACE + "secrets/key-1";
  private static final String LOG = POD + "/log";
  private static final String PODS = NAMESPACE + "pods";
  private static final String SECRETS = NAMESPACE + "secrets";
  private static final List<String> SINGLE = List.of(POD, SECRET, LOG);
  private static final List<String> LISTS = List.of(PODS, SECRETS);
  private static final int CLIENTS = 8;
  private static final int TURNS = 4;
  private static final int CHANGES = 300;

  /** Seconds, one after the other. */
  private static final int RESTED = 5;

  private static final int SINGLE_PER_LIST = 20;

  /**
   * How much.
   *
   * @param objects pods, and Secrets, in the lists
   * @param warmUp seconds that may go by before the compilers of the JVM rest and anything counts
   * @param rates requests a second
   * @param seconds of each kind at each rate, each way
   * @param requests of each kind, each way, one after the other
   * @param watches open at once, at the end
   */
  public record Plan(
      int objects, int warmUp, List<Integer> rates, int seconds, int requests, int watches) {}

  private final Plan plan;
  private final PrintWriter out;

  public KubeBench(Plan plan, PrintWriter out) {
    this.plan = plan;
    this.out = out;
  }

  /** Measures, and prints. */
  public void run() throws Exception {
    Path home = Files.createTempDirectory("countersign-bench-");
    try (DemoWorld world = DemoWorld.start(home, DemoChoices.LEAST, new Progress(out))) {
      fill(world.upstreams().cluster());
      KubeCaller direct = KubeCaller.direct(world);
      KubeCaller gateway = KubeCaller.gateway(world);
      warmUp(direct, gateway);
      atRates(direct, gateway);
      oneByOne(world, direct, gateway);
      asFastAsTheyCan(direct, gateway);
      crowd(gateway);
    } finally {
      DemoDirectory.delete(home);
    }
  }

  private void fill(DemoCluster cluster) {
    cluster.create("{apiVersion: v1, kind: Namespace, metadata: {name: bench}}");
    for (int i = 1; i <= plan.objects(); i++) {
      cluster.create(SampleCluster.pod("bench", "pod-" + i));
      cluster.create(
          "{apiVersion: v1, kind: Secret, metadata: {name: key-%d, namespace: bench}, data: {key: %s}}"
              .formatted(i, SampleCluster.base64("value " + i)));
    }
  }

  private void warmUp(KubeCaller direct, KubeCaller gateway) throws Exception {
    JitCompilers compilers = new JitCompilers();
    int rested = 0;
    for (int second = 0; second < plan.warmUp() && rested < RESTED; second++) {
      long end = System.nanoTime() + Duration.ofSeconds(1).toNanos();
      while (System.nanoTime() < end) {
        for (KubeCaller caller : List.of(direct, gateway)) {
          ask(caller, LISTS, 1);
          ask(caller, SINGLE, SINGLE_PER_LIST);
        }
      }
      rested = compilers.haveRested() ? rested + 1 : 0;
    }
  }

  private static void ask(KubeCaller caller, List<String> paths, int times) throws Exception {
    for (String path : paths) {
      KubeLoad load = new KubeLoad(caller, path);
      for (int i = 0; i < times; i++) {
        load.ask();
      }
    }
  }

  private void atRates(KubeCaller direct, KubeCaller gateway) throws Exception {
    out.printf(
        Locale.ROOT,
        "%nOpen: requests come at a rate whatever becomes of those before; times count from when"
            + " each was due.%n");
    heading();
    for (int rate : plan.rates()) {
      atRate("get a pod, %d/s".formatted(rate), POD, rate, direct, gateway);
      atRate("get a Secret, masked, %d/s".formatted(rate), SECRET, rate, direct, gateway);
    }
  }

  /** In turns, so that each side pays for its own garbage, and both for the machine. */
  private void atRate(String what, String path, int rate, KubeCaller direct, KubeCaller gateway)
      throws Exception {
    Duration turn = Duration.ofSeconds(Math.max(1, plan.seconds() / TURNS));
    List<Outcome> directly = new ArrayList<>();
    List<Outcome> through = new ArrayList<>();
    for (int i = 0; i < TURNS; i++) {
      directly.add(new KubeLoad(direct, path).atRate(rate, turn));
      through.add(new KubeLoad(gateway, path).atRate(rate, turn));
    }
    Outcome one = Outcome.of(directly);
    Outcome other = Outcome.of(through);
    print(what, one.latencies(), other.latencies(), other.cpuMillis() - one.cpuMillis());
    failures("direct", one);
    failures("gateway", other);
  }

  private void failures(String side, Outcome outcome) {
    outcome
        .failures()
        .forEach(
            (what, times) -> out.printf(Locale.ROOT, "  %s, %d times: %s%n", side, times, what));
    out.flush();
  }

  private void oneByOne(DemoWorld world, KubeCaller direct, KubeCaller gateway) throws Exception {
    out.printf(Locale.ROOT, "%nOne client, one request after the other, in turns.%n");
    heading();
    int lists = Math.max(10, plan.requests() / 20);
    compare("get a pod", POD, plan.requests(), direct, gateway);
    compare("get a Secret, masked", SECRET, plan.requests(), direct, gateway);
    compare("list %d pods".formatted(plan.objects()), PODS, lists, direct, gateway);
    compare("list %d Secrets, masked".formatted(plan.objects()), SECRETS, lists, direct, gateway);
    compare("logs of a pod, masked", LOG, plan.requests(), direct, gateway);
    watch(world.upstreams().cluster(), direct, gateway);
  }

  private void compare(String what, String path, int times, KubeCaller direct, KubeCaller gateway)
      throws Exception {
    List<KubeLoad> loads = List.of(new KubeLoad(direct, path), new KubeLoad(gateway, path));
    long[][] nanos = new long[2][times];
    for (int warmUp = Math.min(times, 200), i = -warmUp; i < times; i++) {
      for (int side = 0; side < 2; side++) {
        long took = loads.get(side).ask().nanos();
        if (i >= 0) {
          nanos[side][i] = took;
        }
      }
    }
    print(what, Latencies.of(nanos[0]), Latencies.of(nanos[1]), Double.NaN);
  }

  /** From a change in the cluster to its event at the client. */
  private void watch(DemoCluster cluster, KubeCaller direct, KubeCaller gateway) throws Exception {
    List<Latencies> sides = new ArrayList<>();
    for (KubeCaller caller : List.of(direct, gateway)) {
      String namespace = "watched-" + sides.size();
      long[] nanos = new long[CHANGES];
      try (KubeCaller.Events events =
          caller.watch("/api/v1/namespaces/" + namespace + "/pods?watch=true")) {
        for (int i = 0; i < CHANGES; i++) {
          String manifest = SampleCluster.pod(namespace, "pod-" + i);
          long begin = System.nanoTime();
          cluster.create(manifest);
          events.next();
          nanos[i] = System.nanoTime() - begin;
        }
      }
      sides.add(Latencies.of(nanos));
    }
    print("an event of a watch", sides.getFirst(), sides.getLast(), Double.NaN);
  }

  private void asFastAsTheyCan(KubeCaller direct, KubeCaller gateway) throws Exception {
    Duration time = Duration.ofSeconds(Math.max(1, plan.seconds() / 2));
    Outcome one = new KubeLoad(direct, POD).asFastAsTheyCan(CLIENTS, time);
    Outcome other = new KubeLoad(gateway, POD).asFastAsTheyCan(CLIENTS, time);
    out.printf(
        Locale.ROOT,
        "%n%d clients as fast as they can, get a pod: all processors are busy, so times are mostly"
            + " waiting for one.%n",
        CLIENTS);
    for (boolean isGateway : List.of(false, true)) {
      Outcome side = isGateway ? other : one;
      out.printf(
          Locale.ROOT,
          "%-34s %10.0f requests/s, %s ms, %.2f ms of CPU and %.0f kB of objects a request%n",
          isGateway ? "gateway" : "direct",
          side.perSecond(),
          side.latencies(),
          side.cpuMillis(),
          side.allocatedKilobytes());
    }
    out.flush();
  }

  private void crowd(KubeCaller gateway) throws Exception {
    long before = heap();
    List<KubeCaller.Events> open = new ArrayList<>();
    try {
      for (int i = 0; i < plan.watches(); i++) {
        open.add(gateway.watch("/api/v1/namespaces/nowhere/pods?watch=true"));
      }
      out.printf(
          Locale.ROOT,
          "%n%d watches at once: %.0f kB of heap each, client and cluster included%n",
          plan.watches(),
          (heap() - before) / 1024.0 / Math.max(1, plan.watches()));
    } finally {
      for (KubeCaller.Events events : open) {
        events.close();
      }
    }
    out.flush();
  }

  private static long heap() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  private void heading() {
    out.printf(
        Locale.ROOT,
        "%-34s %24s %24s %9s %9s %9s %9s%n",
        "ms, p50 / p99 / longest",
        "direct",
        "gateway",
        "p50 ratio",
        "p50 more",
        "p99 more",
        "CPU more");
  }

  private void print(String what, Latencies direct, Latencies gateway, double cpuMillis) {
    out.printf(
        Locale.ROOT,
        "%-34s %24s %24s %9.2f %9.2f %9.2f %9s%n",
        what,
        direct,
        gateway,
        (double) gateway.at(0.5) / direct.at(0.5),
        (gateway.at(0.5) - direct.at(0.5)) / 1e6,
        (gateway.at(0.99) - direct.at(0.99)) / 1e6,
        Double.isNaN(cpuMillis) ? "" : String.format(Locale.ROOT, "%.2f", cpuMillis));
    out.flush();
  }
}

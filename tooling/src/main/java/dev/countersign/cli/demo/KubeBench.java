package dev.countersign.cli.demo;

import dev.countersign.cli.demo.KubeCaller.Answer;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Asks the demo's cluster directly and through the gateway, one request after the other. */
public final class KubeBench {

  private static final String NAMESPACE = "/api/v1/namespaces/bench/";
  private static final int WARM_UP = 200;
  private static final int CHANGES = 300;

  private final int objects;
  private final int requests;
  private final int watches;
  private final PrintWriter out;

  /**
   * @param objects pods, and Secrets, in the lists
   * @param requests of each kind, each way
   * @param watches open at once, at the end
   */
  public KubeBench(int objects, int requests, int watches, PrintWriter out) {
    this.objects = objects;
    this.requests = requests;
    this.watches = watches;
    this.out = out;
  }

  /** Measures, and prints the ratios. */
  public void run() throws Exception {
    Path home = Files.createTempDirectory("countersign-bench-");
    try (DemoWorld world = DemoWorld.start(home, DemoChoices.LEAST, new Progress(out))) {
      fill(world.upstreams().cluster());
      KubeCaller direct = KubeCaller.direct(world);
      KubeCaller gateway = KubeCaller.gateway(world);
      out.printf(
          Locale.ROOT,
          "%-34s %22s %22s %8s %12s%n",
          "",
          "direct p50/p99 ms",
          "gateway p50/p99 ms",
          "ratio",
          "p99 more ms");
      compare("get a pod", NAMESPACE + "pods/pod-1", requests, direct, gateway);
      compare("get a Secret, masked", NAMESPACE + "secrets/key-1", requests, direct, gateway);
      int lists = Math.max(10, requests / 20);
      compare("list %d pods".formatted(objects), NAMESPACE + "pods", lists, direct, gateway);
      compare(
          "list %d Secrets, masked".formatted(objects),
          NAMESPACE + "secrets",
          lists,
          direct,
          gateway);
      compare("logs of a pod, masked", NAMESPACE + "pods/pod-1/log", requests, direct, gateway);
      watch(world.upstreams().cluster(), direct, gateway);
      crowd(gateway);
    } finally {
      DemoDirectory.delete(home);
    }
  }

  private void fill(DemoCluster cluster) {
    cluster.create("{apiVersion: v1, kind: Namespace, metadata: {name: bench}}");
    for (int i = 1; i <= objects; i++) {
      cluster.create(SampleCluster.pod("bench", "pod-" + i));
      cluster.create(
          "{apiVersion: v1, kind: Secret, metadata: {name: key-%d, namespace: bench}, data: {key: %s}}"
              .formatted(i, SampleCluster.base64("value " + i)));
    }
  }

  private void compare(String what, String path, int times, KubeCaller direct, KubeCaller gateway)
      throws Exception {
    List<KubeCaller> callers = List.of(direct, gateway);
    for (KubeCaller caller : callers) {
      for (int i = 0; i < Math.min(times, WARM_UP); i++) {
        caller.get(path);
      }
    }
    long[][] nanos = new long[2][times];
    for (int i = 0; i < times; i++) {
      for (int side = 0; side < 2; side++) {
        Answer answer = callers.get(side).get(path);
        if (answer.status() != 200) {
          throw new IllegalStateException(path + " is answered with " + answer.status());
        }
        nanos[side][i] = answer.nanos();
      }
    }
    print(what, nanos[0], nanos[1]);
  }

  /** From a change in the cluster to its event at the client. */
  private void watch(DemoCluster cluster, KubeCaller direct, KubeCaller gateway) throws Exception {
    long[][] nanos = new long[2][];
    List<KubeCaller> callers = List.of(direct, gateway);
    for (int side = 0; side < 2; side++) {
      String namespace = "watched-" + side;
      try (KubeCaller.Events events =
          callers.get(side).watch("/api/v1/namespaces/" + namespace + "/pods?watch=true")) {
        nanos[side] = new long[CHANGES];
        for (int i = 0; i < CHANGES; i++) {
          String manifest = SampleCluster.pod(namespace, "pod-" + i);
          long begin = System.nanoTime();
          cluster.create(manifest);
          events.next();
          nanos[side][i] = System.nanoTime() - begin;
        }
      }
    }
    print("an event of a watch", nanos[0], nanos[1]);
  }

  private void crowd(KubeCaller gateway) throws Exception {
    long before = heap();
    List<KubeCaller.Events> open = new ArrayList<>();
    try {
      for (int i = 0; i < watches; i++) {
        open.add(gateway.watch("/api/v1/namespaces/nowhere/pods?watch=true"));
      }
      out.printf(
          Locale.ROOT,
          "%d watches at once: %.0f kB of heap each, client and cluster included%n",
          watches,
          (heap() - before) / 1024.0 / Math.max(1, watches));
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

  private void print(String what, long[] direct, long[] gateway) {
    Arrays.sort(direct);
    Arrays.sort(gateway);
    out.printf(
        Locale.ROOT,
        "%-34s %22s %22s %8.2f %12.2f%n",
        what,
        times(direct),
        times(gateway),
        (double) at(gateway, 0.5) / at(direct, 0.5),
        (at(gateway, 0.99) - at(direct, 0.99)) / 1e6);
    out.flush();
  }

  private static String times(long[] sorted) {
    return String.format(Locale.ROOT, "%.2f / %.2f", at(sorted, 0.5) / 1e6, at(sorted, 0.99) / 1e6);
  }

  private static long at(long[] sorted, double share) {
    return sorted[(int) Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  }
}

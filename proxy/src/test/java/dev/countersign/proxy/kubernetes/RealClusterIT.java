package dev.countersign.proxy.kubernetes;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;

/** The cluster that the variable KUBECONFIG names, if it names one. */
class RealClusterIT extends ClusterContract {

  @Override
  Path kubeconfig() {
    String named = System.getenv("KUBECONFIG");
    boolean isNamed = named != null && !named.isBlank();
    if (!isNamed) {
      // A runner of tests counts what it skips, and does not say why.
      System.out.println(
          "SKIPPED: KUBECONFIG names no cluster, so nothing was run against a real API server");
    }
    assumeTrue(isNamed, "KUBECONFIG names no cluster");
    return Path.of(named);
  }
}

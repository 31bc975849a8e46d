package dev.countersign.proxy.kubernetes;

import dev.countersign.proxy.frontdoor.HttpsConfig;
import dev.countersign.proxy.frontdoor.TestTls;
import dev.countersign.proxy.kubernetes.cluster.MemoryCluster;
import java.nio.file.Files;
import java.nio.file.Path;

/** The cluster in memory, which is to be like any other. */
class MemoryClusterIT extends ClusterContract {

  private static final String TOKEN = "administrator";

  private MemoryCluster cluster;

  @Override
  Path kubeconfig() throws Exception {
    TestTls tls = TestTls.make();
    cluster = MemoryCluster.start(tls.door(HttpsConfig.Limits.DEFAULT), TOKEN, seen -> {});
    return Files.writeString(
        Files.createTempFile("kubeconfig", ".yaml"),
        """
        apiVersion: v1
        kind: Config
        current-context: c
        contexts: [{name: c, context: {cluster: c, user: u}}]
        clusters: [{name: c, cluster: {server: "https://localhost:%d", certificate-authority: "%s"}}]
        users: [{name: u, user: {token: "%s"}}]
        """
            .formatted(cluster.port(), tls.chain(), TOKEN));
  }

  @Override
  void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }
}

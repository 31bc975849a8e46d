package dev.countersign.proxy.kubernetes;

import dev.countersign.decision.resource.KubernetesUpstream;
import dev.countersign.proxy.frontdoor.HttpFields;
import dev.countersign.proxy.kubernetes.wire.UpstreamRequest;
import dev.countersign.proxy.kubernetes.wire.UpstreamResponse;
import java.io.IOException;

/** Whether the gateway gets in to a cluster with its own credential. */
public final class ClusterCheck {

  private ClusterCheck() {}

  /**
   * What the cluster says that it is.
   *
   * @throws IOException if it does not answer, or does not take the credential
   */
  public static String version(KubernetesUpstream upstream) throws IOException {
    HttpFields fields =
        Clusters.credential(upstream)
            .with("Accept", "application/json")
            .with("Accept-Encoding", "identity")
            .with("User-Agent", "countersign");
    try (Clusters clusters = new Clusters();
        UpstreamResponse answer =
            clusters
                .server(upstream)
                .send(
                    new UpstreamRequest(
                        "GET", "/version", fields, new byte[0], Forwarding.PATIENCE))) {
      if (answer.status() != 200) {
        throw new IOException("the API server answers " + answer.status());
      }
      return "Kubernetes " + Forwarding.object(answer).path("gitVersion").asText();
    }
  }
}

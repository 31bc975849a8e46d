package dev.countersign.proxy.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.decision.resource.Authority;
import dev.countersign.decision.resource.KubernetesUpstream;
import dev.countersign.decision.resource.Secret;
import dev.countersign.proxy.frontdoor.HttpFields;
import dev.countersign.proxy.frontdoor.TestTls;
import dev.countersign.proxy.kubernetes.wire.UpstreamException;
import dev.countersign.proxy.kubernetes.wire.UpstreamRequest;
import dev.countersign.proxy.kubernetes.wire.UpstreamResponse;
import dev.countersign.rules.fact.Resource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ClustersIT {

  @TempDir Path directory;

  /** An operator renews it under a gateway that runs. */
  @Test
  void theAuthorityIsWhoTheFileSaysNow() throws Exception {
    TestTls tls = TestTls.make();
    Path authority = directory.resolve("authority.pem");
    Files.copy(TestTls.make().chain(), authority);
    try (ScriptedServer server = new ScriptedServer(tls.server());
        Clusters clusters = new Clusters()) {
      KubernetesUpstream upstream =
          new KubernetesUpstream(
              new Resource("prod-eu", Resource.Kind.KUBERNETES, Map.of()),
              "localhost",
              server.port(),
              Optional.of(new Authority(authority)),
              new KubernetesUpstream.Credential.Token(new Secret.Generated("t")),
              false);
      assertThatThrownBy(() -> status(clusters, upstream)).isInstanceOf(UpstreamException.class);

      Files.copy(tls.chain(), authority, StandardCopyOption.REPLACE_EXISTING);

      assertThat(status(clusters, upstream)).isEqualTo(200);
    }
  }

  private static int status(Clusters clusters, KubernetesUpstream upstream) throws IOException {
    try (UpstreamResponse answer =
        clusters
            .server(upstream)
            .send(
                new UpstreamRequest(
                    "GET", "/version", HttpFields.NONE, new byte[0], Duration.ofSeconds(10)))) {
      return answer.status();
    }
  }
}

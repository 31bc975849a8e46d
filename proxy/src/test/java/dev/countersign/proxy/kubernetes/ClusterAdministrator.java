package dev.countersign.proxy.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.countersign.decision.resource.Authority;
import dev.countersign.decision.resource.KubernetesUpstream;
import dev.countersign.decision.resource.Secret;
import dev.countersign.rules.fact.Resource;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Who may do everything at a cluster, and does it there directly: what a kubeconfig says. */
record ClusterAdministrator(Path kubeconfig) {

  private static final String ACCOUNT = "countersign";

  /** Runs kubectl, which has to succeed. */
  String kubectl(String... arguments) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(List.of("kubectl", "--kubeconfig", kubeconfig.toString()));
    command.addAll(List.of(arguments));
    OpenDoor.Printed printed =
        OpenDoor.finish(new ProcessBuilder(command).redirectErrorStream(true).start());
    if (printed.exit() != 0) {
      throw new IOException("kubectl " + String.join(" ", arguments) + ": " + printed.text());
    }
    return printed.text();
  }

  /** Makes objects that were not there; from a manifest, which kubectl sends as JSON. */
  void create(String manifest) throws IOException, InterruptedException {
    Path file = Files.writeString(Files.createTempFile("manifest", ".yaml"), manifest);
    try {
      kubectl("create", "-f", file.toString());
    } finally {
      Files.delete(file);
    }
  }

  /**
   * The cluster, as the gateway is to reach it.
   *
   * @param namespace where an account for it is made, if the kubeconfig has no token
   */
  KubernetesUpstream upstream(String namespace) throws IOException, InterruptedException {
    JsonNode config =
        JsonMapper.builder()
            .build()
            .readTree(kubectl("config", "view", "--raw", "--minify", "--flatten", "-o", "json"));
    JsonNode cluster = config.at("/clusters/0/cluster");
    URI server = URI.create(cluster.path("server").asText());
    Path authority = Files.createTempFile("authority", ".crt");
    Files.write(
        authority, Base64.getDecoder().decode(cluster.path("certificate-authority-data").asText()));
    String token = config.at("/users/0/user/token").asText();
    return new KubernetesUpstream(
        new Resource("prod-eu", Resource.Kind.KUBERNETES, Map.of("environment", "production")),
        server.getHost(),
        server.getPort() < 0 ? 443 : server.getPort(),
        Optional.of(new Authority(authority)),
        new KubernetesUpstream.Credential.Token(
            new Secret.Generated(token.isEmpty() ? minted(namespace) : token)),
        false);
  }

  private String minted(String namespace) throws IOException, InterruptedException {
    kubectl("create", "serviceaccount", ACCOUNT, "-n", namespace);
    kubectl(
        "create",
        "rolebinding",
        ACCOUNT,
        "--clusterrole=admin",
        "--serviceaccount=" + namespace + ":" + ACCOUNT,
        "-n",
        namespace);
    return kubectl("create", "token", ACCOUNT, "-n", namespace).strip();
  }

  static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }
}

package dev.countersign.cli.connect;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countersign.cli.CommandFailure;
import dev.countersign.cli.ExitCode;
import dev.countersign.cli.api.Access;
import dev.countersign.cli.embedded.PrivateFiles;
import dev.countersign.cli.oidc.UserDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Base64;
import java.util.Map;

/**
 * What kubectl needs: a kubeconfig whose user is a program that gives a session credential. No
 * secret is in it.
 *
 * @param file where it is kept
 * @param kubeconfig the same in JSON, which is YAML too
 * @see <a
 *     href="https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins">client-go
 *     credential plugins</a>
 */
record KubernetesConnection(Path file, ObjectNode kubeconfig) implements Connection {

  private static final ObjectMapper JSON = new ObjectMapper();

  static KubernetesConnection of(Minted minted, Minted.KubernetesDoor door, Access access) {
    String name = minted.resource();
    ObjectNode config = JSON.createObjectNode();
    config.put("apiVersion", "v1").put("kind", "Config").put("current-context", name);
    ObjectNode cluster = named(config.putArray("clusters"), name).putObject("cluster");
    cluster.put("server", door.url().toString());
    minted
        .roots()
        .ifPresent(
            pem ->
                cluster.put(
                    "certificate-authority-data",
                    Base64.getEncoder().encodeToString(pem.getBytes(UTF_8))));
    named(config.putArray("contexts"), name)
        .putObject("context")
        .put("cluster", name)
        .put("user", name);
    ObjectNode exec = named(config.putArray("users"), name).putObject("user").putObject("exec");
    exec.put("apiVersion", KubeCredentialCommand.API_VERSION);
    exec.put("command", Shell.launcher());
    exec.put("interactiveMode", "Never");
    ArrayNode args = exec.putArray("args").add("kube-credential");
    access.words().forEach(args::add);
    args.add(name);
    return new KubernetesConnection(path(access, name), config);
  }

  private static Path path(Access access, String name) {
    try {
      return UserDirectory.folder(
              "kube", UserDirectory.nameOf(access.server()), access.identityName())
          .resolve(name + ".yaml");
    } catch (IOException e) {
      throw new CommandFailure(ExitCode.UNAVAILABLE, "the kubeconfig cannot be written: " + e, e);
    }
  }

  private static ObjectNode named(ArrayNode list, String name) {
    return list.addObject().put("name", name);
  }

  @Override
  public Map<String, String> environment() {
    write();
    return Map.of("KUBECONFIG", file.toString());
  }

  @Override
  public String guide() {
    return kubeconfig.toPrettyString();
  }

  @Override
  public Written write() {
    try {
      Path next =
          PrivateFiles.write(
              file.resolveSibling("." + PrivateFiles.random()), kubeconfig.toPrettyString() + "\n");
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      return new Written(file, "KUBECONFIG=" + Shell.quoted(file.toString()) + " kubectl get pods");
    } catch (IOException e) {
      throw new CommandFailure(ExitCode.UNAVAILABLE, file + " cannot be written: " + e, e);
    }
  }
}

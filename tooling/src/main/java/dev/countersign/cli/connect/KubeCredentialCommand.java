package dev.countersign.cli.connect;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countersign.cli.ExitCode;
import dev.countersign.cli.api.Access;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * kubectl's credential plugin. The launcher answers by itself, without Java, while what this has
 * kept is good.
 */
@Command(
    name = "kube-credential",
    description = "kubectl's credential plugin for clusters behind the gateway; see: connect.",
    mixinStandardHelpOptions = true)
public final class KubeCredentialCommand implements Callable<Integer> {

  static final String API_VERSION = "client.authentication.k8s.io/v1";

  /** Of the file beside the credential in which the answer is kept. */
  static final String SUFFIX = ".kube";

  @Mixin private Access access = new Access();

  @Parameters(paramLabel = "RESOURCE", description = "The cluster.")
  private String resource = "";

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Override
  public Integer call() {
    Minted minted = Minting.cached(access, resource);
    String answer = answer(minted).toString();
    CredentialCache.of(access).keep(resource + SUFFIX, minted.expires(), answer);
    spec.commandLine().getOut().println(answer);
    return ExitCode.OK;
  }

  private static ObjectNode answer(Minted minted) {
    ObjectNode answer = new ObjectMapper().createObjectNode();
    answer.put("apiVersion", API_VERSION).put("kind", "ExecCredential");
    answer
        .putObject("status")
        .put("expirationTimestamp", minted.expires().toString())
        .put("token", minted.secret());
    return answer;
  }
}

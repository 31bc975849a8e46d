package dev.countersign.cli.connect;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countersign.cli.CommandFailure;
import dev.countersign.cli.ExitCode;
import dev.countersign.cli.api.Access;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * git's credential helper. It answers for the gateway's own host over https and for nobody else:
 * whatever a remote's address looks like, the credential goes nowhere else. The launcher answers by
 * itself, without Java, while what this has kept is good.
 *
 * @see <a href="https://git-scm.com/docs/gitcredentials#_custom_helpers">gitcredentials, custom
 *     helpers</a>
 */
@Command(
    name = "git-credential",
    description = "git's credential helper for repositories behind the gateway; see: connect.",
    mixinStandardHelpOptions = true)
public final class GitCredentialCommand implements Callable<Integer> {

  private static final String PATH = "git/";
  private static final String REPOSITORY = ".git";

  /** Of the file beside the credential in which the answer is kept; no resource's name has it. */
  static final String SUFFIX = "+git";

  @Mixin private Access access = new Access();

  @Parameters(paramLabel = "OPERATION", description = "get, store or erase: what git asks.")
  private String operation = "";

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  private final InputStream in;

  public GitCredentialCommand() {
    this(System.in);
  }

  GitCredentialCommand(InputStream in) {
    this.in = in;
  }

  @Override
  public Integer call() throws IOException {
    GitRequest request =
        GitRequest.read(in)
            .orElseThrow(
                () -> new CommandFailure(ExitCode.REFUSED, "this is no question of git's"));
    // What git stores is kept already, and what this does not know it answers with nothing.
    if (operation.equals("get") || operation.equals("erase")) {
      repository(request).ifPresent(name -> answer(name, request));
    }
    return ExitCode.OK;
  }

  /** The resource that is asked for, if the gateway has it behind that very address. */
  private Optional<String> repository(GitRequest request) {
    String path = request.get("path");
    if (!request.get("protocol").equals("https") || !path.startsWith(PATH)) {
      return Optional.empty();
    }
    String wanted = wanted(path);
    for (JsonNode resource :
        access.client().list("/api/v1/resources", "resources").path("resources")) {
      String name = resource.path("name").asText();
      String url = resource.at("/door/url").asText("");
      if (resource.path("kind").asText().equals("git")
          && withoutSuffix(name).equals(withoutSuffix(wanted))
          && url.startsWith("https://")
          && request.get("host").equals(URI.create(url).getRawAuthority())) {
        return Optional.of(name);
      }
    }
    return Optional.empty();
  }

  private static String wanted(String path) {
    return path.substring(PATH.length()).split("/", 2)[0];
  }

  private static String withoutSuffix(String name) {
    return name.endsWith(REPOSITORY)
        ? name.substring(0, name.length() - REPOSITORY.length())
        : name;
  }

  /** How git may ask for a resource. */
  static List<String> spellings(String name) {
    return List.of(withoutSuffix(name), withoutSuffix(name) + REPOSITORY);
  }

  private void answer(String name, GitRequest request) {
    if (operation.equals("erase")) {
      CredentialCache.of(access).forget(name);
      return;
    }
    Minted minted = Minting.cached(access, name);
    if (!(minted.door() instanceof Minted.GitDoor door)
        || !request.get("host").equals(door.url().getRawAuthority())) {
      return;
    }
    String answer =
        "username=countersign\npassword=%s\npassword_expiry_utc=%d"
            .formatted(minted.secret(), minted.expires().getEpochSecond());
    CredentialCache.of(access)
        .keep(
            wanted(request.get("path")) + SUFFIX,
            minted.expires(),
            "host=" + request.get("host") + "\n" + answer);
    spec.commandLine().getOut().print(answer + "\n");
  }
}

package dev.countersign.cli.login;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countersign.cli.CommandFailure;
import dev.countersign.cli.ExitCode;
import dev.countersign.cli.api.ApiClient;
import dev.countersign.cli.oidc.DeviceLogin;
import dev.countersign.cli.oidc.Login;
import dev.countersign.cli.oidc.Logins;
import dev.countersign.cli.oidc.Provider;
import dev.countersign.cli.oidc.Tokens;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Signs in at the gateway's issuer and remembers the tokens. */
@Command(
    name = "login",
    description = {
      "Sign in for a gateway.",
      "A human opens the page that is shown and enters the code; an agent signs in with its own"
          + " client. Tokens are kept in a file that only you can read, and renewed when needed."
    },
    mixinStandardHelpOptions = true)
public final class LoginCommand implements Callable<Integer> {

  /** An issuer and the client to be there. */
  private record Place(URI issuer, String client) {}

  @Option(
      names = "--server",
      paramLabel = "URL",
      description =
          "The gateway's API; environment variable COUNTERSIGN_SERVER; or that of the last login;"
              + " or the demo of this machine.")
  private @Nullable URI server;

  @Option(
      names = "--issuer",
      paramLabel = "URL",
      description = "The OpenID Connect issuer; without it the gateway is asked.")
  private @Nullable URI issuer;

  @Option(
      names = "--client",
      paramLabel = "ID",
      description = "The client id at the issuer; without it the gateway is asked.")
  private @Nullable String client;

  @Option(
      names = "--client-secret-file",
      paramLabel = "FILE",
      description = "Sign in as this client itself: for agents. The file is read each time anew.")
  private @Nullable Path secretFile;

  @Option(
      names = "--scope",
      paramLabel = "SCOPES",
      defaultValue = "openid",
      description = "What is asked for; ${DEFAULT-VALUE} if nothing is said.")
  private String scope = "openid";

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    URI gateway = Servers.find(Optional.ofNullable(server));
    Place place = place(gateway);
    Provider provider = Provider.discover(place.issuer());
    Login login =
        secretFile != null
            ? Tokens.byClient(provider, gateway, place.client(), secretFile.toAbsolutePath())
            : new DeviceLogin(provider, place.client())
                .login(
                    gateway,
                    scope,
                    text -> {
                      out.println(text);
                      out.flush();
                    });
    Logins.ofUser().save(login);
    JsonNode who = new ApiClient(gateway, login.access()).get("/api/v1/whoami");
    out.println("Signed in: " + WhoAmICommand.text(who));
    return ExitCode.OK;
  }

  private Place place(URI gateway) {
    if (issuer != null && client != null) {
      return new Place(issuer, client);
    }
    JsonNode issuers = ApiClient.anonymous(gateway).get("/api/v1/sign-in").path("issuers");
    for (JsonNode offered : issuers) {
      URI at = URI.create(offered.path("issuer").asText());
      if (issuer == null || issuer.equals(at)) {
        return new Place(at, client != null ? client : offered.path("client").asText());
      }
    }
    throw new CommandFailure(
        ExitCode.USAGE,
        "the gateway does not say where to sign in; give --issuer and --client, or let its operator"
            + " set identity.issuers[].client");
  }
}

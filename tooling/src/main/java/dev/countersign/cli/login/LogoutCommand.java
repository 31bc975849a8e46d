package dev.countersign.cli.login;

import dev.countersign.cli.CommandFailure;
import dev.countersign.cli.ExitCode;
import dev.countersign.cli.api.ApiClient;
import dev.countersign.cli.connect.CredentialCache;
import dev.countersign.cli.oidc.Login;
import dev.countersign.cli.oidc.Logins;
import dev.countersign.cli.oidc.Tokens;
import java.io.PrintWriter;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Revokes the session credentials of a login and forgets its tokens. */
@Command(
    name = "logout",
    description = "Revoke your session credentials, tell the issuer, forget the tokens.",
    mixinStandardHelpOptions = true)
public final class LogoutCommand implements Callable<Integer> {

  @Option(names = "--server", paramLabel = "URL", description = "The gateway; see login.")
  private @Nullable URI server;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    URI gateway = Servers.find(Optional.ofNullable(server));
    Logins logins = Logins.ofUser();
    Optional<Login> login = logins.find(gateway);
    if (login.isEmpty()) {
      out.println("You are not signed in for " + gateway + ".");
      return ExitCode.OK;
    }
    try {
      revoke(new ApiClient(gateway, Tokens.fresh(logins, login.get())));
      Tokens.forget(logins.find(gateway).orElse(login.get()));
    } catch (CommandFailure e) {
      // Whoever wants to leave leaves; what could not be told ends by itself soon.
      spec.commandLine().getErr().println("not everybody could be told: " + e.getMessage());
    }
    CredentialCache.ofLogin(gateway).clear();
    logins.remove(gateway);
    out.println("Signed out of " + gateway + ".");
    return ExitCode.OK;
  }

  private static void revoke(ApiClient api) {
    for (var credential : api.list("/api/v1/credentials", "credentials").path("credentials")) {
      api.delete("/api/v1/credentials/" + ApiClient.encoded(credential.path("id").asText()));
    }
  }
}

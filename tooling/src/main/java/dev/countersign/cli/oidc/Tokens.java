package dev.countersign.cli.oidc;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countersign.cli.CommandFailure;
import dev.countersign.cli.ExitCode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Gets good tokens for a login: the one at hand, a refreshed one, or one by the client's secret.
 */
public final class Tokens {

  private Tokens() {}

  /** A token that lasts for a while yet. */
  public static String fresh(Logins logins, Login login) {
    if (login.isFresh(Instant.now())) {
      return login.access();
    }
    return logins.update(login.server(), Tokens::renewed).access();
  }

  static Login renewed(Login login) {
    if (login.isFresh(Instant.now())) {
      return login;
    }
    Provider provider = Provider.discover(login.issuer());
    if (login.secretFile().isPresent()) {
      return byClient(provider, login.server(), login.client(), login.secretFile().get());
    }
    String refresh =
        login
            .refresh()
            .orElseThrow(() -> signInAgain("the login has ended and cannot be renewed", login));
    Provider.Answer answer =
        provider.post(
            "token_endpoint",
            Map.of(
                "grant_type",
                "refresh_token",
                "client_id",
                login.client(),
                "refresh_token",
                refresh));
    if (!answer.isOk()) {
      throw signInAgain("the issuer does not renew the login (" + answer.reason() + ")", login);
    }
    return of(login.server(), provider, login.client(), Optional.empty(), login, answer.body());
  }

  private static CommandFailure signInAgain(String why, Login login) {
    return new CommandFailure(
        ExitCode.REFUSED, why + "; sign in again: countersign login --server " + login.server());
  }

  /** A login of a client by itself (RFC 6749, 4.4), as agents do. */
  public static Login byClient(Provider provider, URI server, String client, Path secretFile) {
    Provider.Answer answer =
        provider.post(
            "token_endpoint",
            Map.of(
                "grant_type",
                "client_credentials",
                "client_id",
                client,
                "client_secret",
                secret(secretFile)));
    if (!answer.isOk()) {
      throw new CommandFailure(
          ExitCode.REFUSED, provider.issuer() + " refuses the client: " + answer.reason());
    }
    return of(server, provider, client, Optional.of(secretFile), null, answer.body());
  }

  private static String secret(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new CommandFailure(ExitCode.UNAVAILABLE, file + " cannot be read", e);
    }
  }

  /** A login from what the token endpoint says; what it leaves out stays as it was before. */
  static Login of(
      URI server,
      Provider provider,
      String client,
      Optional<Path> secretFile,
      @org.jspecify.annotations.Nullable Login before,
      JsonNode answer) {
    String access = answer.path("access_token").asText("");
    if (access.isEmpty()) {
      throw new CommandFailure(
          ExitCode.UNAVAILABLE, provider.issuer() + " answers without an access_token");
    }
    return new Login(
        server,
        provider.issuer(),
        client,
        secretFile,
        access,
        Optional.ofNullable(answer.path("refresh_token").textValue())
            .or(() -> before == null ? Optional.empty() : before.refresh()),
        Instant.now().plusSeconds(Math.max(answer.path("expires_in").asLong(60), 1)));
  }

  /** Tells the issuer that a refresh token is not needed any more, if it wants to know. */
  public static void forget(Login login) {
    if (login.refresh().isEmpty()) {
      return;
    }
    Provider provider = Provider.discover(login.issuer());
    if (provider.endpoint("revocation_endpoint").isPresent()) {
      Map<String, String> form = new HashMap<>();
      form.put("client_id", login.client());
      form.put("token", login.refresh().get());
      form.put("token_type_hint", "refresh_token");
      provider.post("revocation_endpoint", form);
    }
  }
}

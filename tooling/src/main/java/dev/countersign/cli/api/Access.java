package dev.countersign.cli.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.countersign.cli.CommandFailure;
import dev.countersign.cli.ExitCode;
import dev.countersign.cli.demo.RunningDemo;
import dev.countersign.cli.oidc.Logins;
import dev.countersign.cli.oidc.Tokens;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the gateway's API is and who asks: the options that every API command has. */
public final class Access {

  @Option(
      names = "--server",
      paramLabel = "URL",
      description =
          "The gateway's API; environment variable COUNTERSIGN_SERVER; or that of the last login;"
              + " or the demo of this machine.")
  private @Nullable URI server;

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      description =
          "A token of your identity provider. Others can see it in the process list: prefer the"
              + " environment variable COUNTERSIGN_TOKEN.")
  private @Nullable String token;

  @Option(
      names = "--as",
      paramLabel = "USER",
      description = "Ask as this user of the demo that runs on this machine: bob, olivia, audrey.")
  private @Nullable String user;

  /** The API, as whoever asks. */
  public ApiClient client() {
    URI address = server();
    return new ApiClient(address, token(address));
  }

  /** The address of the API. */
  public URI server() {
    Optional<RunningDemo> demo = RunningDemo.find();
    return Optional.ofNullable(server)
        .or(() -> environment("COUNTERSIGN_SERVER").map(URI::create))
        .or(() -> user == null ? Logins.ofUser().currentServer() : Optional.empty())
        .or(() -> demo.map(RunningDemo::api))
        .orElseThrow(
            () ->
                new CommandFailure(
                    ExitCode.USAGE,
                    "no demo runs here and you are not signed in; say where the gateway is with"
                        + " --server or COUNTERSIGN_SERVER, or: countersign login --server URL"));
  }

  /** A token for the API: the one that is given, or that of a remembered login, renewed. */
  public String token(URI address) {
    if (user != null) {
      return RunningDemo.find()
          .orElseThrow(
              () -> new CommandFailure(ExitCode.UNAVAILABLE, "--as needs a demo that runs here"))
          .token(user);
    }
    return Optional.ofNullable(token)
        .or(() -> environment("COUNTERSIGN_TOKEN"))
        .or(() -> remembered(address))
        .orElseThrow(
            () ->
                new CommandFailure(
                    ExitCode.USAGE,
                    "no token; sign in with countersign login, set COUNTERSIGN_TOKEN, or use --as"
                        + " with a demo"));
  }

  private static Optional<String> remembered(URI address) {
    Logins logins = Logins.ofUser();
    return logins.find(address).map(login -> Tokens.fresh(logins, login));
  }

  /**
   * Who asks, as far as it can be told without a secret: a program that is started later says the
   * same with these words.
   */
  public List<String> words() {
    List<String> words = new ArrayList<>(List.of("--server", server().toString()));
    if (user != null) {
      words.addAll(List.of("--as", user));
    }
    return words;
  }

  /** Names who asks in file names: never two subjects by one name. */
  public String identityName() {
    if (user != null) {
      return "as-" + user.replaceAll("[^a-z0-9-]", "_");
    }
    return Optional.ofNullable(token)
        .or(() -> environment("COUNTERSIGN_TOKEN"))
        .map(given -> "token-" + digest(given))
        .orElse("login");
  }

  private static String digest(String token) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(token.getBytes(UTF_8));
      return HexFormat.of().formatHex(digest, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static Optional<String> environment(String name) {
    return Optional.ofNullable(System.getenv(name)).filter(value -> !value.isBlank());
  }
}

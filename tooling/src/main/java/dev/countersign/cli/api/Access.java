package dev.countersign.cli.api;

import dev.countersign.cli.CommandFailure;
import dev.countersign.cli.ExitCode;
import dev.countersign.cli.demo.RunningDemo;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the gateway's API is and who asks: the options that every API command has. */
public final class Access {

  @Option(
      names = "--server",
      paramLabel = "URL",
      description =
          "The gateway's API; environment variable COUNTERSIGN_SERVER; or the demo of this"
              + " machine.")
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
    Optional<RunningDemo> demo = RunningDemo.find();
    URI address =
        Optional.ofNullable(server)
            .or(() -> environment("COUNTERSIGN_SERVER").map(URI::create))
            .or(() -> demo.map(RunningDemo::api))
            .orElseThrow(
                () ->
                    new CommandFailure(
                        ExitCode.USAGE,
                        "no demo runs here; say where the gateway is with --server or"
                            + " COUNTERSIGN_SERVER"));
    return new ApiClient(address, bearer(demo));
  }

  private String bearer(Optional<RunningDemo> demo) {
    if (user != null) {
      return demo.orElseThrow(
              () -> new CommandFailure(ExitCode.UNAVAILABLE, "--as needs a demo that runs here"))
          .token(user);
    }
    return Optional.ofNullable(token)
        .or(() -> environment("COUNTERSIGN_TOKEN"))
        .orElseThrow(
            () ->
                new CommandFailure(
                    ExitCode.USAGE, "no token; set COUNTERSIGN_TOKEN, or use --as with a demo"));
  }

  private static Optional<String> environment(String name) {
    return Optional.ofNullable(System.getenv(name)).filter(value -> !value.isBlank());
  }
}

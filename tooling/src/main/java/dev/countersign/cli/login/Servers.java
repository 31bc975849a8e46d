package dev.countersign.cli.login;

import dev.countersign.cli.CommandFailure;
import dev.countersign.cli.ExitCode;
import dev.countersign.cli.demo.RunningDemo;
import dev.countersign.cli.oidc.Logins;
import java.net.URI;
import java.util.Optional;

/** Which gateway somebody signs in for. */
final class Servers {

  private Servers() {}

  /** The one that is given; or that of the environment, of the last login, of the demo. */
  static URI find(Optional<URI> given) {
    return given
        .or(
            () ->
                Optional.ofNullable(System.getenv("COUNTERSIGN_SERVER"))
                    .filter(value -> !value.isBlank())
                    .map(URI::create))
        .or(() -> Logins.ofUser().currentServer())
        .or(() -> RunningDemo.find().map(RunningDemo::api))
        .orElseThrow(
            () -> new CommandFailure(ExitCode.USAGE, "say where the gateway is: --server URL"));
  }
}

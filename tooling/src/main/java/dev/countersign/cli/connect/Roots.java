package dev.countersign.cli.connect;

import dev.countersign.cli.CommandFailure;
import dev.countersign.cli.ExitCode;
import dev.countersign.cli.embedded.PrivateFiles;
import dev.countersign.cli.oidc.UserDirectory;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The file of the certificates that clients are to trust at a gateway's doors. */
final class Roots {

  private Roots() {}

  static Path write(URI server, String pem) {
    try {
      Path folder = UserDirectory.folder("roots");
      Path file = folder.resolve(UserDirectory.nameOf(server) + ".pem");
      Path next = PrivateFiles.write(folder.resolve(PrivateFiles.random()), pem);
      return Files.move(
          next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.UNAVAILABLE, "the gateway's certificates cannot be kept: " + e, e);
    }
  }
}

package dev.countersign.cli.oidc;

import dev.countersign.cli.embedded.PrivateFiles;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/** The folder of this user's Countersign files: {@code $XDG_CONFIG_HOME/countersign}, mode 0700. */
public final class UserDirectory {

  private UserDirectory() {}

  public static Path path() {
    Path config =
        Optional.ofNullable(System.getenv("XDG_CONFIG_HOME"))
            .filter(value -> value.startsWith("/"))
            .map(Path::of)
            .orElseGet(() -> Path.of(System.getProperty("user.home"), ".config"));
    return config.resolve("countersign");
  }

  /** A folder in it, made if it is not there. */
  public static Path folder(String first, String... more) throws IOException {
    return PrivateFiles.directory(path().resolve(Path.of(first, more)));
  }

  /**
   * A gateway's name in the file system: host and port of its address. The launcher computes the
   * same.
   */
  public static String nameOf(URI server) {
    String authority = String.valueOf(server.getRawAuthority());
    return authority.replaceAll("[^A-Za-z0-9.-]", "_");
  }
}

package dev.countersign.cli.oidc;

import dev.countersign.cli.embedded.PrivateFiles;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** The folder of this user's Countersign files: {@code $XDG_CONFIG_HOME/countersign}, mode 0700. */
public final class UserDirectory {

  private UserDirectory() {}

  public static Path path() {
    return path(System.getenv());
  }

  static Path path(Map<String, String> environment) {
    return folder(environment, "XDG_CONFIG_HOME")
        .orElseGet(() -> home(environment).resolve(".config"))
        .resolve("countersign");
  }

  /**
   * {@code $HOME}, where psql, git and kubectl look for their files too; without it the folder that
   * the system knows.
   */
  public static Path home() {
    return home(System.getenv());
  }

  private static Path home(Map<String, String> environment) {
    return folder(environment, "HOME").orElseGet(() -> Path.of(System.getProperty("user.home")));
  }

  private static Optional<Path> folder(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name))
        .filter(value -> value.startsWith("/"))
        .map(Path::of);
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

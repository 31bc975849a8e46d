package dev.countersign.cli.connect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.countersign.cli.CommandFailure;
import dev.countersign.cli.ExitCode;
import dev.countersign.cli.api.Access;
import dev.countersign.cli.embedded.PrivateFiles;
import dev.countersign.cli.oidc.UserDirectory;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Session credentials that were minted a moment ago, for programs that ask again and again: git and
 * kubectl. A folder for each gateway and subject, mode 0700.
 *
 * <p>A file's first line is the second from which on it is not to be used; the launcher reads it
 * too.
 */
public final class CredentialCache {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** What is left is too little to begin something with. */
  private static final int MARGIN_SECONDS = 30;

  private final Path folder;

  private CredentialCache(Path folder) {
    this.folder = folder;
  }

  static CredentialCache of(Access access) {
    return in(access.server(), access.identityName());
  }

  /** That of somebody who is signed in. */
  public static CredentialCache ofLogin(URI server) {
    return in(server, "login");
  }

  private static CredentialCache in(URI server, String identity) {
    try {
      return new CredentialCache(
          UserDirectory.folder("credentials", UserDirectory.nameOf(server), identity));
    } catch (IOException e) {
      throw broken(e);
    }
  }

  Path folder() {
    return folder;
  }

  /** What the gateway answered when the credential was minted. */
  Optional<JsonNode> find(String resource) {
    Path file = folder.resolve(resource);
    try {
      if (!Files.exists(file)) {
        return Optional.empty();
      }
      List<String> lines = Files.readAllLines(file);
      if (lines.size() < 2 || Long.parseLong(lines.getFirst()) <= Instant.now().getEpochSecond()) {
        return Optional.empty();
      }
      return Optional.of(JSON.readTree(lines.get(1)));
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  void keep(String file, Instant expires, String line) {
    try {
      Path next =
          PrivateFiles.write(
              folder.resolve("." + PrivateFiles.random()),
              expires.getEpochSecond() - MARGIN_SECONDS + "\n" + line + "\n");
      Files.move(
          next,
          folder.resolve(file),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw broken(e);
    }
  }

  void forget(String resource) {
    try {
      Files.deleteIfExists(folder.resolve(resource));
      Files.deleteIfExists(folder.resolve(resource + KubeCredentialCommand.SUFFIX));
      for (String asked : GitCredentialCommand.spellings(resource)) {
        Files.deleteIfExists(folder.resolve(asked + GitCredentialCommand.SUFFIX));
      }
    } catch (IOException e) {
      throw broken(e);
    }
  }

  /** Forgets everything. */
  public void clear() {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw broken(e);
    }
  }

  private static CommandFailure broken(IOException e) {
    return new CommandFailure(
        ExitCode.UNAVAILABLE, "the folder of session credentials cannot be used: " + e, e);
  }
}

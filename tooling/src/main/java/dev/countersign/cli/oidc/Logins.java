package dev.countersign.cli.oidc;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countersign.cli.CommandFailure;
import dev.countersign.cli.ExitCode;
import dev.countersign.cli.embedded.PrivateFiles;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The logins this user has, a file of mode 0600 for each gateway. The last one is the usual one.
 */
public final class Logins {

  private static final ObjectMapper JSON = JsonMapper.builder().build();
  private static final String CURRENT = "current";

  private final Path folder;

  private Logins(Path folder) {
    this.folder = folder;
  }

  public static Logins ofUser() {
    try {
      return new Logins(UserDirectory.folder("logins"));
    } catch (IOException e) {
      throw broken("cannot be made", e);
    }
  }

  /** The gateway of the last login. */
  public Optional<URI> currentServer() {
    try {
      Path file = folder.resolve(CURRENT);
      return Files.exists(file)
          ? Optional.of(URI.create(Files.readString(file).strip()))
          : Optional.empty();
    } catch (IOException e) {
      throw broken("cannot be read", e);
    }
  }

  public Optional<Login> find(URI server) {
    Path file = file(server);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      var json = JSON.readTree(file.toFile());
      return Optional.of(
          new Login(
              server,
              URI.create(json.path("issuer").asText()),
              json.path("client").asText(),
              Optional.ofNullable(json.path("secretFile").textValue()).map(Path::of),
              json.path("access").asText(),
              Optional.ofNullable(json.path("refresh").textValue()),
              Instant.parse(json.path("expires").asText())));
    } catch (IOException | RuntimeException e) {
      throw new CommandFailure(
          ExitCode.REFUSED, "the remembered login is damaged; sign in again: countersign login", e);
    }
  }

  /** Remembers a login, as the usual one. */
  public void save(Login login) {
    try {
      write(login);
      replace(folder.resolve(CURRENT), login.server().toString());
    } catch (IOException e) {
      throw broken("cannot be written", e);
    }
  }

  /**
   * Changes a login while no other process does: two that used one refresh token would both be
   * signed out.
   */
  Login update(URI server, UnaryOperator<Login> change) {
    Path lock = folder.resolve(UserDirectory.nameOf(server) + ".lock");
    try (FileChannel channel =
            FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock held = channel.lock()) {
      Login before =
          find(server)
              .orElseThrow(() -> new CommandFailure(ExitCode.REFUSED, "signed out meanwhile"));
      Login after = change.apply(before);
      if (held.isValid() && !after.equals(before)) {
        write(after);
      }
      return after;
    } catch (IOException e) {
      throw broken("cannot be written", e);
    }
  }

  /** Forgets a login. */
  public void remove(URI server) {
    try {
      Files.deleteIfExists(file(server));
      if (currentServer().filter(server::equals).isPresent()) {
        Files.deleteIfExists(folder.resolve(CURRENT));
      }
    } catch (IOException e) {
      throw broken("cannot be written", e);
    }
  }

  private Path file(URI server) {
    return folder.resolve(UserDirectory.nameOf(server) + ".json");
  }

  private void write(Login login) throws IOException {
    ObjectNode json =
        JSON.createObjectNode()
            .put("issuer", login.issuer().toString())
            .put("client", login.client())
            .put("access", login.access())
            .put("expires", login.expires().toString());
    login.secretFile().ifPresent(file -> json.put("secretFile", file.toString()));
    login.refresh().ifPresent(refresh -> json.put("refresh", refresh));
    replace(file(login.server()), json.toString());
  }

  /** Readers see the old file or the new one. */
  private void replace(Path file, String text) throws IOException {
    Path next = folder.resolve(PrivateFiles.random());
    PrivateFiles.write(next, text);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static CommandFailure broken(String what, IOException e) {
    return new CommandFailure(
        ExitCode.UNAVAILABLE, UserDirectory.path().resolve("logins") + " " + what, e);
  }
}

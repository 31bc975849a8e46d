package dev.countersign.cli.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countersign.cli.CommandFailure;
import dev.countersign.cli.ExitCode;
import dev.countersign.cli.embedded.PrivateFiles;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a demo's parts are, so that other commands on this machine find them.
 *
 * @param directory its folder: tokens, certificate, journal
 * @param pid its process
 * @param api the HTTP API
 * @param elasticsearch the search server, if it was not left out
 * @param index the index there
 * @param journal the folder of the journal
 */
public record RunningDemo(
    Path directory, long pid, URI api, Optional<URI> elasticsearch, String index, Path journal) {

  /** The environment variable that names the folder of a demo that is not in the usual one. */
  static final String DIRECTORY_VARIABLE = "COUNTERSIGN_DEMO";

  private static final String FILE = "demo.json";

  /** There from the begin, so that a demo that did not start can be started again. */
  static final String MARK = ".countersign-demo";

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Where a demo lives if nobody says otherwise. */
  public static Path defaultDirectory() {
    return Path.of(
        System.getProperty("java.io.tmpdir"),
        "countersign-demo-" + System.getProperty("user.name"));
  }

  /** The demo that runs in the folder of the environment variable, or in the usual one. */
  public static Optional<RunningDemo> find() {
    String directory = System.getenv(DIRECTORY_VARIABLE);
    return find(directory == null ? defaultDirectory() : Path.of(directory));
  }

  static Optional<RunningDemo> find(Path directory) {
    Path file = directory.resolve(FILE);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      // Somebody else's folder in a shared /tmp could lead our tokens to their server.
      if (!Files.getOwner(directory).getName().equals(System.getProperty("user.name"))) {
        return Optional.empty();
      }
      RunningDemo demo = read(directory, file);
      return ProcessHandle.of(demo.pid()).filter(ProcessHandle::isAlive).map(process -> demo);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static RunningDemo read(Path directory, Path file) throws IOException {
    var json = JSON.readTree(file.toFile());
    return new RunningDemo(
        directory,
        json.path("pid").asLong(),
        URI.create(json.path("api").asText()),
        json.has("elasticsearch")
            ? Optional.of(URI.create(json.path("elasticsearch").asText()))
            : Optional.empty(),
        json.path("index").asText(),
        Path.of(json.path("journal").asText()));
  }

  void write() throws IOException {
    ObjectNode json =
        JSON.createObjectNode()
            .put("pid", pid)
            .put("api", api.toString())
            .put("index", index)
            .put("journal", journal.toString());
    elasticsearch.ifPresent(url -> json.put("elasticsearch", url.toString()));
    PrivateFiles.write(directory.resolve(FILE), json.toPrettyString());
  }

  static boolean isDemoDirectory(Path directory) {
    return Files.exists(directory.resolve(FILE)) || Files.exists(directory.resolve(MARK));
  }

  Path tokenFile(String user) {
    return directory.resolve(user + ".token");
  }

  /** The token of one of the demo's people. */
  public String token(String user) {
    if (!user.matches("[a-z0-9-]+") || !Files.exists(tokenFile(user))) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "the demo has no user "
              + user
              + "; it has agent-7, guest-3, olivia, oscar, bob, dana, audrey, bench");
    }
    try {
      return Files.readString(tokenFile(user)).strip();
    } catch (IOException e) {
      throw new CommandFailure(ExitCode.UNAVAILABLE, tokenFile(user) + " cannot be read", e);
    }
  }
}

package dev.countersign.cli.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.countersign.cli.CommandFailure;
import dev.countersign.cli.ExitCode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Server-sent events of the gateway. When the connection is lost it is made again, as often as it
 * takes, from the last event on: nothing is missed and nothing comes twice.
 */
public final class EventFeed {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long PAUSE_SECONDS = 2;

  /** What was told. */
  public record Told(String id, String type, JsonNode data) {}

  /** Who hears it. */
  public interface Reader {
    /** Takes an event; says whether there shall be more. */
    boolean takes(Told event);
  }

  private final Supplier<ApiClient> api;
  private final String path;
  private Optional<String> last = Optional.empty();

  /**
   * @param api asked for each connection, so that a token which is over is not used again
   * @param path from the root
   */
  public EventFeed(Supplier<ApiClient> api, String path) {
    this.api = api;
    this.path = path;
  }

  /**
   * Reads until the reader has enough.
   *
   * @throws CommandFailure if the gateway refuses, or did not answer from the first
   */
  public void read(Reader reader) {
    boolean more = true;
    while (more) {
      try (InputStream in = open()) {
        more = read(in, reader);
      } catch (IOException e) {
        pause();
      }
    }
  }

  private InputStream open() throws IOException {
    try {
      return api.get().stream(path, last);
    } catch (CommandFailure e) {
      if (last.isEmpty() || e.exitCode() != ExitCode.UNAVAILABLE) {
        throw e;
      }
      throw new IOException(e);
    }
  }

  private boolean read(InputStream in, Reader reader) throws IOException {
    BufferedReader lines = new BufferedReader(new InputStreamReader(in, UTF_8));
    String id = "";
    String type = "";
    for (@Nullable String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith("id: ")) {
        id = line.substring(4);
      } else if (line.startsWith("event: ")) {
        type = line.substring(7);
      } else if (line.startsWith("data: ")) {
        last = Optional.of(id);
        if (!reader.takes(new Told(id, type, JSON.readTree(line.substring(6))))) {
          return false;
        }
      }
    }
    throw new IOException("the stream ended");
  }

  private static void pause() {
    try {
      TimeUnit.SECONDS.sleep(PAUSE_SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure(ExitCode.UNAVAILABLE, "interrupted", e);
    }
  }
}

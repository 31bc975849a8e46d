package dev.countersign.cli.connect;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What git asks a credential helper: lines {@code key=value} up to an empty one.
 *
 * @see <a href="https://git-scm.com/docs/git-credential#IOFMT">git-credential, input/output
 *     format</a>
 */
record GitRequest(Map<String, String> fields) {

  private static final int MAX_BYTES = 64 * 1024;

  /** Empty if it is no such thing: a control character would make lines of its own. */
  static Optional<GitRequest> read(InputStream in) throws IOException {
    byte[] bytes = in.readNBytes(MAX_BYTES + 1);
    String text = new String(bytes, UTF_8);
    if (bytes.length > MAX_BYTES
        || text.chars().anyMatch(c -> (c != '\n' && c < ' ') || c == 0x7f)) {
      return Optional.empty();
    }
    Map<String, String> fields = new HashMap<>();
    for (String line : text.split("\n", -1)) {
      int equals = line.indexOf('=');
      if (line.isEmpty()) {
        break;
      }
      boolean isRepeatable = equals > 2 && line.startsWith("[]", equals - 2);
      if (equals < 1
          || (fields.put(line.substring(0, equals), line.substring(equals + 1)) != null
              && !isRepeatable)) {
        return Optional.empty();
      }
    }
    return Optional.of(new GitRequest(Map.copyOf(fields)));
  }

  String get(String name) {
    return fields.getOrDefault(name, "");
  }
}

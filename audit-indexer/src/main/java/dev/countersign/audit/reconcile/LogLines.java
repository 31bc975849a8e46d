package dev.countersign.audit.reconcile;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The lines of a file, none longer than a limit. */
final class LogLines implements AutoCloseable {

  static final int LONGEST = 16 << 20;

  private final String name;
  private final InputStream in;
  private long line;

  LogLines(Path file) throws IOException {
    name = String.valueOf(file.getFileName());
    in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
  }

  /** The next line without its end; null behind the last. */
  @Nullable String next() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int read = in.read();
    if (read < 0) {
      return null;
    }
    line++;
    while (read >= 0 && read != '\n') {
      if (bytes.size() >= LONGEST) {
        throw new UnreadableLogException(
            where(), "a line of more than %d bytes".formatted(LONGEST));
      }
      bytes.write(read);
      read = in.read();
    }
    String text = bytes.toString(UTF_8);
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }

  /** Where the line is that was read last. */
  String where() {
    return name + " line " + line;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}

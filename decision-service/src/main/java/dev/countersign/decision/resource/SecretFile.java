package dev.countersign.decision.resource;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that holds a secret in its first line. */
final class SecretFile {

  /** Bytes; no password is longer. */
  private static final int MAX = 64 * 1024;

  private SecretFile() {}

  static String firstLine(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX + 1);
      String line = new String(bytes, UTF_8).lines().findFirst().orElse("");
      if (line.isEmpty() || bytes.length > MAX) {
        throw new IllegalStateException(
            "secret file " + file + (line.isEmpty() ? " has no first line" : " is too long"));
      }
      return line;
    } catch (IOException e) {
      throw new UncheckedIOException("secret file " + file + " cannot be read", e);
    }
  }
}

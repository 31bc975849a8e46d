package dev.countersign.cli.connect;

import dev.countersign.cli.CommandFailure;
import dev.countersign.cli.ExitCode;
import dev.countersign.cli.embedded.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** libpq's {@code pg_service.conf}, in which our sections stand beside those of its owner. */
final class ServiceFile {

  private static final String MARK =
      "# Written by countersign connect; it writes it anew each time.";

  private ServiceFile() {}

  /** Puts a section in, over the one of that name if it is ours. The file gets mode 0600. */
  static void put(Path file, String name, String section) {
    try {
      List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
      List<String> kept = without(lines, name, file);
      if (!kept.isEmpty() && !kept.getLast().isBlank()) {
        kept.add("");
      }
      kept.add(MARK);
      kept.addAll(section.lines().toList());
      replace(file, String.join("\n", kept) + "\n");
    } catch (IOException e) {
      throw new CommandFailure(ExitCode.UNAVAILABLE, file + " cannot be written: " + e, e);
    }
  }

  private static List<String> without(List<String> lines, String name, Path file) {
    int start = lines.indexOf("[" + name + "]");
    if (start < 0) {
      return new ArrayList<>(lines);
    }
    if (start == 0 || !lines.get(start - 1).equals(MARK)) {
      throw new CommandFailure(
          ExitCode.REFUSED,
          "%s has a service [%s] of its own; rename it first".formatted(file, name));
    }
    int end = start + 1;
    while (end < lines.size() && !lines.get(end).isBlank() && !lines.get(end).startsWith("[")) {
      end++;
    }
    if (end < lines.size() && lines.get(end).isBlank()) {
      end++;
    }
    List<String> kept = new ArrayList<>(lines.subList(0, start - 1));
    kept.addAll(lines.subList(end, lines.size()));
    return kept;
  }

  private static void replace(Path file, String text) throws IOException {
    Path real = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
    Path folder = Optional.ofNullable(real.getParent()).orElse(real);
    Path next = PrivateFiles.write(folder.resolve("." + PrivateFiles.random()), text);
    Files.move(next, real, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}

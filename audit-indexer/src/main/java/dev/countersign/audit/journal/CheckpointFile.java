package dev.countersign.audit.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The signed checkpoints that were made while a segment was the newest, one under the other. */
final class CheckpointFile {

  private static final String SIGNATURE = "\u2014 ";
  private static final String TIME = "time ";

  private CheckpointFile() {}

  static Path path(Path directory, long segment) {
    return directory.resolve(String.format(Locale.ROOT, "segment-%012d.checkpoints", segment));
  }

  /** Appends a note and waits for the disk; first cuts off one that was written in part. */
  static void append(Path file, String note) throws IOException {
    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      out.seek(wholeLength(out));
      out.setLength(out.getFilePointer());
      out.write((note + "\n").getBytes(UTF_8));
      out.getFD().sync();
    }
  }

  private static long wholeLength(RandomAccessFile file) throws IOException {
    long length = file.length();
    if (length == 0) {
      return 0;
    }
    int tail = (int) Math.min(length, 4_096);
    byte[] bytes = new byte[tail];
    file.seek(length - tail);
    file.readFully(bytes);
    for (int end = tail; end >= 2; end--) {
      if (bytes[end - 1] == '\n' && bytes[end - 2] == '\n' && afterSignature(bytes, end - 2)) {
        return length - tail + end;
      }
    }
    return tail == length ? 0 : length;
  }

  /** Whether the line that ends there is one of a signature. */
  private static boolean afterSignature(byte[] bytes, int end) {
    int start = end;
    while (start > 0 && bytes[start - 1] != '\n') {
      start--;
    }
    return new String(bytes, start, end - start, UTF_8).startsWith(SIGNATURE);
  }

  /** When the newest whole checkpoint of a journal was made; empty if it has none. */
  static Optional<Instant> newestTime(Path directory, List<Long> segments) throws IOException {
    for (long segment : segments.reversed()) {
      Path file = path(directory, segment);
      if (Files.exists(file)) {
        List<String> lines = Files.readString(file, UTF_8).lines().toList();
        for (int i = lines.size() - 1; i >= 6; i--) {
          if (lines.get(i).startsWith(SIGNATURE) && lines.get(i - 2).startsWith(TIME)) {
            return parsed(lines.get(i - 2).substring(TIME.length()));
          }
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<Instant> parsed(String time) {
    try {
      return Optional.of(Instant.parse(time));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  /** The size that the newest whole checkpoint of a journal tells; empty if it has none. */
  static Optional<Long> newestSize(Path directory, List<Long> segments) throws IOException {
    for (long segment : segments.reversed()) {
      Path file = path(directory, segment);
      if (Files.exists(file)) {
        List<String> lines = Files.readString(file, UTF_8).lines().toList();
        for (int i = lines.size() - 1; i >= 6; i--) {
          if (lines.get(i).startsWith(SIGNATURE) && lines.get(i - 5).matches("[0-9]{1,18}")) {
            return Optional.of(Long.valueOf(lines.get(i - 5)));
          }
        }
      }
    }
    return Optional.empty();
  }
}

package dev.countersign.audit.journal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The names of a journal's files: {@code segment-000000000001.journal}, counted from 1. */
final class SegmentFiles {

  private static final Pattern NAME = Pattern.compile("segment-([0-9]{12})\\.journal");

  private SegmentFiles() {}

  static Path path(Path directory, long number) {
    return directory.resolve(String.format(Locale.ROOT, "segment-%012d.journal", number));
  }

  /** The numbers of the segments there are, ascending. */
  static List<Long> numbers(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> NAME.matcher(file.getFileName().toString()))
          .filter(Matcher::matches)
          .map(match -> Long.valueOf(match.group(1)))
          .sorted()
          .toList();
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  /** Empty if there is no such file, or no valid header in it (yet). */
  static Optional<SegmentHeader> header(Path directory, long number) throws IOException {
    try (InputStream in = Files.newInputStream(path(directory, number))) {
      return SegmentHeader.decode(in.readNBytes(SegmentHeader.LONGEST))
          .filter(header -> header.number() == number);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /**
   * As {@link #header}, for a reader: empty only while the file is being created.
   *
   * @throws JournalException.Damaged if there is something else in the place of the header
   */
  static Optional<SegmentHeader> soundHeader(Path directory, long number) throws IOException {
    Optional<SegmentHeader> header = header(directory, number);
    Path path = path(directory, number);
    if (header.isEmpty() && isWritten(path)) {
      header = header(directory, number);
      if (header.isEmpty()) {
        throw new JournalException.Damaged(path + " at offset 0: no header of this segment", null);
      }
    }
    return header;
  }

  /** Whether as many bytes are there as a header has, right or wrong. */
  static boolean isWritten(Path path) throws IOException {
    if (!Files.exists(path)) {
      return false;
    }
    try (InputStream in = Files.newInputStream(path)) {
      byte[] head = in.readNBytes(SegmentHeader.LONGEST);
      return head.length >= SegmentHeader.FIXED && head.length >= SegmentHeader.claimedLength(head);
    }
  }

  /** The place of a segment whose key and payloads were destroyed. */
  static Path shredded(Path directory, long number) {
    return directory.resolve(String.format(Locale.ROOT, "segment-%012d.shredded", number));
  }
}

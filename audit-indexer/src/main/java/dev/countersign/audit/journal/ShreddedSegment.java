package dev.countersign.audit.journal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The records of a segment of which only the chain is left. */
record ShreddedSegment(long number, long first, long last) {

  private static final Pattern NAME = Pattern.compile("segment-([0-9]{12})\\.shredded");

  /**
   * Those of a journal, ascending. One beside a whole segment of the same number does not count.
   */
  static List<ShreddedSegment> all(Path directory) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(directory)) {
      files = all.sorted().toList();
    } catch (NoSuchFileException e) {
      return List.of();
    }
    List<ShreddedSegment> found = new ArrayList<>();
    for (Path file : files) {
      Matcher name = NAME.matcher(file.getFileName().toString());
      if (name.matches()) {
        long number = Long.parseLong(name.group(1));
        if (!Files.exists(SegmentFiles.path(directory, number))) {
          found.add(read(file, number));
        }
      }
    }
    return found;
  }

  /** Counts records by their lengths; that they are right is the verifier's business. */
  private static ShreddedSegment read(Path file, long number) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] fixed = in.readNBytes(SegmentHeader.FIXED);
      if (SegmentHeader.claimedLength(fixed) < 0) {
        throw new JournalException.Damaged(file + " at offset 0: no header of a segment", null);
      }
      long first = ByteBuffer.wrap(fixed).getLong(24);
      long records = Files.size(file) - SegmentHeader.FIXED - 4;
      records -= (long) Long.bitCount(first - 1) * Sha256.BYTES;
      return new ShreddedSegment(
          number, first, first - 1 + records / (RecordFrame.OVERHEAD + Sha256.BYTES));
    }
  }
}

package dev.countersign.audit.journal;

import dev.countersign.audit.journal.SegmentHeader.Hash;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds where a journal goes on after its process ended, however it ended. A torn tail, which
 * nobody was told of, is cut off and kept beside the segment; anything else that is wrong is {@link
 * JournalException.Damaged}.
 */
final class Recovery {

  private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

  /**
   * Where a journal goes on.
   *
   * @param segment the number of the next segment
   * @param sequence the last sequence there is
   * @param hash the hash of that record
   * @param micros its time; 0 if there is none
   * @param tree over all records
   */
  record End(
      UUID journal, long segment, long sequence, Hash hash, long micros, MerkleFrontier tree) {}

  private Recovery() {}

  static End run(Path directory, Storage storage) throws IOException {
    List<Long> numbers = SegmentFiles.numbers(directory);
    if (numbers.isEmpty()) {
      // Said, because a disk that is not mounted looks like a first start.
      LOG.atInfo().addKeyValue("journal", directory).log("a new journal is begun");
      return new End(UUID.randomUUID(), 1, 0, Hash.NONE, 0, MerkleFrontier.of(0, List.of()));
    }
    long last = numbers.getLast();
    var header = SegmentFiles.header(directory, last);
    if (header.isPresent()) {
      return lastRecord(directory, header.get(), storage);
    }
    Path path = SegmentFiles.path(directory, last);
    if (SegmentFiles.isWritten(path)) {
      throw new JournalException.Damaged(path + " at offset 0: no segment header", null);
    }
    setAside(directory, path, 0, storage);
    Files.delete(path);
    storage.syncDirectory(directory);
    return run(directory, storage);
  }

  private static End lastRecord(Path directory, SegmentHeader header, Storage storage)
      throws IOException {
    Path path = SegmentFiles.path(directory, header.number());
    try (SegmentScan scan = new SegmentScan(path, header)) {
      SegmentScan.Step step = scan.next();
      while (step instanceof SegmentScan.Step.Found) {
        step = scan.next();
      }
      if (!(step instanceof SegmentScan.Step.End)) {
        var behind = scan.intactRecordBehind();
        if (behind.isPresent()) {
          String why = step instanceof SegmentScan.Step.Bad bad ? bad.why() : "no record";
          throw new JournalException.Damaged(
              path + " at offset " + scan.offset() + ": " + why, null);
        }
        setAside(directory, path, scan.offset(), storage);
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
          file.setLength(scan.offset());
          file.getFD().sync();
        }
      }
      return new End(
          header.journal(),
          header.number() + 1,
          scan.sequence(),
          scan.lastHash(),
          Math.max(scan.micros(), SegmentHeader.micros(header.created())),
          scan.tree());
    }
  }

  /** Copies everything from that offset to {@code <segment>.<offset>.torn}. */
  private static void setAside(Path directory, Path path, long offset, Storage storage)
      throws IOException {
    Path torn = directory.resolve(path.getFileName() + "." + offset + ".torn");
    Path copy = directory.resolve(torn.getFileName() + ".part");
    try (var in = Files.newInputStream(path);
        var out = Files.newOutputStream(copy)) {
      in.skipNBytes(offset);
      in.transferTo(out);
    }
    Files.move(copy, torn, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    storage.syncDirectory(directory);
    LOG.atWarn()
        .addKeyValue("segment", path)
        .addKeyValue("offset", offset)
        .addKeyValue("bytes", Files.size(torn))
        .addKeyValue("kept", torn)
        .log("The journal ended in a record that was never acknowledged; it is set aside");
  }
}

package dev.countersign.audit.journal;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * Destroys key and payloads of segments and leaves their chain, with a signed note that says who
 * did it and why. The newest segment is never among them.
 */
public final class Shredding {

  private static final int BLOCK = 64 << 10;

  private final Path directory;
  private final SigningKey key;

  /**
   * Of the journal in that folder.
   *
   * @param key signs the notes; the one that signs the checkpoints
   */
  public Shredding(Path directory, SigningKey key) {
    this.directory = directory;
    this.key = key;
  }

  /**
   * A segment that is followed by another.
   *
   * @param begun when its first record could be written
   * @param ended when the next one was begun: no record of it is newer
   */
  public record Closed(long number, long first, long last, Instant begun, Instant ended) {}

  /** The whole segments with records that are followed by another, ascending. */
  public List<Closed> closed() throws IOException {
    return closed(directory);
  }

  /** Those of the journal in that folder: to look at them takes no key. */
  public static List<Closed> closed(Path directory) throws IOException {
    List<Long> numbers = SegmentFiles.numbers(directory);
    List<Closed> closed = new ArrayList<>();
    for (int i = 0; i + 1 < numbers.size(); i++) {
      Optional<SegmentHeader> header = SegmentFiles.soundHeader(directory, numbers.get(i));
      Optional<SegmentHeader> next = SegmentFiles.soundHeader(directory, numbers.get(i + 1));
      // Between two that are whole there may be shredded ones: then its own end is not known here.
      boolean isFollowed = numbers.get(i) + 1 == numbers.get(i + 1);
      if (header.isPresent() && next.isPresent()) {
        long first = header.get().firstSequence();
        long last = isFollowed ? next.get().firstSequence() - 1 : lastOf(directory, header.get());
        if (last >= first) {
          closed.add(
              new Closed(
                  numbers.get(i), first, last, header.get().created(), next.get().created()));
        }
      }
    }
    return closed;
  }

  private static long lastOf(Path directory, SegmentHeader header) throws IOException {
    try (SegmentScan scan =
        new SegmentScan(SegmentFiles.path(directory, header.number()), header)) {
      while (scan.next() instanceof SegmentScan.Step.Found) {
        // To its end.
      }
      return scan.sequence();
    }
  }

  /**
   * Destroys one.
   *
   * @param by who wants it
   * @param reason why it may be destroyed
   * @throws JournalException.Damaged if the segment is not what was written; then it stays
   */
  public void shred(Closed segment, String by, String reason) throws IOException {
    long number = segment.number();
    Path whole = SegmentFiles.path(directory, number);
    SegmentHeader header =
        SegmentFiles.soundHeader(directory, number)
            .orElseThrow(() -> new NoSuchFileException(whole.toString()));
    Path chain = SegmentFiles.shredded(directory, number);
    Path part = directory.resolve(chain.getFileName() + ".part");
    SegmentHeader.Hash last = writeChain(whole, header, part);
    Path tombstone = tombstone(number);
    Path notePart = directory.resolve(tombstone.getFileName() + ".part");
    write(
        notePart,
        note(header, segment, last, by, reason).getBytes(java.nio.charset.StandardCharsets.UTF_8));
    Files.move(notePart, tombstone, StandardCopyOption.ATOMIC_MOVE);
    Files.move(part, chain, StandardCopyOption.ATOMIC_MOVE);
    Path doomed = directory.resolve(String.format(Locale.ROOT, "segment-%012d.shredding", number));
    Files.move(whole, doomed, StandardCopyOption.ATOMIC_MOVE);
    Storage.FILES.syncDirectory(directory);
    erase(doomed);
    Files.deleteIfExists(ReadableKeys.file(directory, number));
  }

  /** Finishes what a process began that died. */
  public void finish() throws IOException {
    List<Path> left;
    try (Stream<Path> files = Files.list(directory)) {
      left = files.filter(file -> file.getFileName().toString().endsWith(".shredding")).toList();
    } catch (NoSuchFileException e) {
      return;
    }
    for (Path file : left) {
      erase(file);
    }
  }

  private Path tombstone(long number) {
    return directory.resolve(String.format(Locale.ROOT, "segment-%012d.tombstone", number));
  }

  private String note(
      SegmentHeader header, Closed segment, SegmentHeader.Hash last, String by, String reason) {
    String text =
        "countersign-tombstone/%s\nsegment %d\nrecords %d-%d\nhash %s\nby %s\nreason %s\ntime %s\n"
            .formatted(
                header.journal(),
                header.number(),
                segment.first(),
                segment.last(),
                last,
                line(by),
                line(reason),
                Instant.now().truncatedTo(ChronoUnit.SECONDS));
    return key.sign("countersign/" + header.journal(), text);
  }

  /** A line of ASCII, whatever it was: what is signed has seven lines. */
  private static String line(String text) {
    String ascii = text.strip().replaceAll("[^\\x20-\\x7e]+", "?");
    return ascii.length() > 200 ? ascii.substring(0, 200) : ascii;
  }

  private static SegmentHeader.Hash writeChain(Path whole, SegmentHeader header, Path to)
      throws IOException {
    try (SegmentScan scan = new SegmentScan(whole, header)) {
      try (OutputStream file = Files.newOutputStream(to);
          DataOutputStream out = new DataOutputStream(new BufferedOutputStream(file, BLOCK))) {
        out.write(header.encodeShredded());
        SegmentScan.Step step = scan.next();
        while (step instanceof SegmentScan.Step.Found found) {
          out.write(record(found, scan.lastHash()));
          step = scan.next();
        }
        if (!(step instanceof SegmentScan.Step.End)) {
          throw new JournalException.Damaged(
              whole
                  + " at offset "
                  + scan.offset()
                  + ": no record where one has to be; a segment that is not sound is not shredded",
              null);
        }
      }
      sync(to);
      return scan.lastHash();
    }
  }

  private static byte[] record(SegmentScan.Step.Found found, SegmentHeader.Hash hash) {
    ByteBuffer out = ByteBuffer.allocate(RecordFrame.OVERHEAD + Sha256.BYTES);
    out.putInt(Sha256.BYTES)
        .put(found.clear())
        .put(Sha256.digest().digest(found.content()))
        .put(hash.bytes());
    CRC32C crc = new CRC32C();
    crc.update(out.array(), 0, out.position());
    out.putInt((int) crc.getValue());
    return out.array();
  }

  private static void write(Path file, byte[] bytes) throws IOException {
    Files.write(file, bytes);
    sync(file);
  }

  private static void sync(Path file) throws IOException {
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      open.getFD().sync();
    }
  }

  /**
   * Overwrites the wrapped key, without which the rest is noise, or everything where nothing is
   * encrypted; then deletes. A reader that has the file open keeps the key it has opened.
   */
  private static void erase(Path file) throws IOException {
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      byte[] head = new byte[(int) Math.min(open.length(), SegmentHeader.LONGEST)];
      open.readFully(head);
      Optional<SegmentHeader> header = SegmentHeader.decode(head);
      long from = 0;
      long to = open.length();
      if (header.isPresent() && header.get().isEncrypted()) {
        to = header.get().length();
        from = to - 4 - header.get().wrappedKey().getBytes(US_ASCII).length;
      }
      byte[] zeros = new byte[BLOCK];
      open.seek(from);
      for (long left = to - from; left > 0; left -= BLOCK) {
        open.write(zeros, 0, (int) Math.min(left, BLOCK));
      }
      open.getFD().sync();
    }
    Files.delete(file);
  }
}

package dev.countersign.audit.journal;

import static java.util.Objects.requireNonNull;

import dev.countersign.audit.event.EventJson;
import dev.countersign.audit.event.RecordedEvent;
import dev.countersign.audit.event.UnreadableEventException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a journal from a sequence on and follows it while it grows, in the writer's process or in
 * another; it checks every CRC, hash and link on the way. Not thread-safe.
 */
public final class JournalReader implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(JournalReader.class);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

  private final Path directory;
  private final long from;
  private final DataKeys keys;
  private final WhenSealed whenSealed;
  private final Set<Long> skipped = new TreeSet<>();
  private @Nullable SegmentScan scan;
  private @Nullable SegmentHeader header;
  private @Nullable PayloadOpener opener;

  /** What a reader does at a segment that its keys do not open. */
  public enum WhenSealed {
    REFUSE,
    SKIP
  }

  private JournalReader(Path directory, long from, DataKeys keys, WhenSealed whenSealed) {
    this.directory = directory;
    this.from = from;
    this.keys = keys;
    this.whenSealed = whenSealed;
  }

  /**
   * A reader of the events from that sequence on, or from the oldest there is, with the keys that a
   * gateway left on this machine. The folder may be empty, or not there yet.
   */
  public static JournalReader open(Path directory, long fromSequence) {
    return open(directory, fromSequence, DataKeys.local(directory), WhenSealed.REFUSE);
  }

  /** A reader with these keys. */
  public static JournalReader open(
      Path directory, long fromSequence, DataKeys keys, WhenSealed whenSealed) {
    return new JournalReader(directory, fromSequence, keys, whenSealed);
  }

  /** A reader of all events since a moment, and of some before it, as far as they can be read. */
  public static JournalReader openSince(Path directory, Instant since, DataKeys keys) {
    long from = 1;
    try {
      for (long number : SegmentFiles.numbers(directory)) {
        Optional<SegmentHeader> header = SegmentFiles.soundHeader(directory, number);
        if (header.isPresent() && !header.get().created().isAfter(since)) {
          from = header.get().firstSequence();
        }
      }
    } catch (IOException e) {
      throw unreadable(directory, e);
    }
    return open(directory, from, keys, WhenSealed.SKIP);
  }

  /** How many segments were left out because no key opens them. */
  public int skipped() {
    return skipped.size();
  }

  /** The id of the journal; empty before it has a segment. */
  public static Optional<UUID> journalId(Path directory) {
    try {
      for (long number : SegmentFiles.numbers(directory)) {
        Optional<SegmentHeader> header = SegmentFiles.header(directory, number);
        if (header.isPresent()) {
          return header.map(SegmentHeader::journal);
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      throw unreadable(directory, e);
    }
  }

  /**
   * The next event, or nothing if there is none yet.
   *
   * @throws JournalException.Damaged with file and offset, if what is stored is not what was
   *     written
   */
  public Optional<RecordedEvent> poll() {
    try {
      while (true) {
        SegmentScan current = current();
        if (current == null) {
          return Optional.empty();
        }
        SegmentScan.Step step = current.next();
        if (!(step instanceof SegmentScan.Step.Found)) {
          Optional<SegmentHeader> next = following(current, step);
          if (next.isEmpty()) {
            return Optional.empty();
          }
          // The next segment exists, so this one has grown for the last time: look once more.
          step = current.next();
          if (!(step instanceof SegmentScan.Step.Found)) {
            check(current, step, next.get());
            current.close();
            open(next.get());
            continue;
          }
        }
        if (step instanceof SegmentScan.Step.Found found
            && found.sequence() >= from
            && isReadable()) {
          return Optional.of(decode(current, found));
        }
      }
    } catch (IOException e) {
      throw unreadable(directory, e);
    }
  }

  /** The next event; waits for it, but not longer than that. */
  public Optional<RecordedEvent> poll(Duration timeout) throws InterruptedException {
    long end = System.nanoTime() + timeout.toNanos();
    while (true) {
      Optional<RecordedEvent> event = poll();
      long left = end - System.nanoTime();
      if (event.isPresent() || left <= 0) {
        return event;
      }
      Thread.sleep(Duration.ofNanos(Math.min(left, LOOK_AGAIN.toNanos())));
    }
  }

  private boolean isReadable() {
    SegmentHeader current = requireNonNull(header);
    if (opener == null) {
      opener = PayloadOpener.of(current, keys).orElse(null);
    }
    if (opener != null) {
      return true;
    }
    if (whenSealed == WhenSealed.REFUSE) {
      throw new JournalException.Sealed(
          "segment %d of the journal in %s is sealed to the owner's key %s; give that key with --key"
              .formatted(current.number(), directory, SealedKey.thumbprint(current.owner())));
    }
    skipped.add(current.number());
    return false;
  }

  private RecordedEvent decode(SegmentScan current, SegmentScan.Step.Found found) {
    try {
      return new RecordedEvent(
          found.sequence(),
          found.sessionSequence(),
          SegmentHeader.instant(found.micros()),
          EventJson.read(requireNonNull(opener).payload(found)));
    } catch (UnreadableEventException | PayloadOpener.WrongException e) {
      throw new JournalException.Damaged(
          current.path() + " before offset " + current.offset() + ": " + e.getMessage(), e);
    }
  }

  private @Nullable SegmentScan current() throws IOException {
    if (scan == null) {
      SegmentHeader first = null;
      for (long number : SegmentFiles.numbers(directory)) {
        Optional<SegmentHeader> candidate = SegmentFiles.soundHeader(directory, number);
        if (candidate.isPresent() && (first == null || candidate.get().firstSequence() <= from)) {
          first = candidate.get();
        }
      }
      if (first != null) {
        open(first);
      }
    }
    return scan;
  }

  private void open(SegmentHeader next) throws IOException {
    scan = new SegmentScan(SegmentFiles.path(directory, next.number()), next);
    header = next;
    opener = null;
  }

  private Optional<SegmentHeader> following(SegmentScan current, SegmentScan.Step step)
      throws IOException {
    long number = requireNonNull(header).number();
    while (Files.exists(SegmentFiles.shredded(directory, number + 1))) {
      number++;
    }
    Optional<SegmentHeader> next = SegmentFiles.soundHeader(directory, number + 1);
    if (next.isEmpty()) {
      refuseGap(current, number);
      refuseDamage(current, step);
    }
    return next;
  }

  /** A record that is not whole yet is the last thing in its file; otherwise it is no record. */
  private static void refuseDamage(SegmentScan current, SegmentScan.Step step) throws IOException {
    if (step instanceof SegmentScan.Step.Bad bad) {
      throw damaged(current, bad.why());
    }
    boolean whole = step instanceof SegmentScan.Step.End;
    if (!whole && current.intactRecordBehind().isPresent() && !current.hasNext()) {
      throw damaged(current, "no record, but one behind it");
    }
  }

  private void refuseGap(SegmentScan current, long number) throws IOException {
    List<Long> numbers = SegmentFiles.numbers(directory);
    boolean isThere = numbers.contains(number + 1);
    if (!isThere && !numbers.isEmpty() && numbers.getLast() > number + 1) {
      throw damaged(current, "segment " + (number + 1) + " is missing");
    }
  }

  private void check(SegmentScan current, SegmentScan.Step step, SegmentHeader next) {
    if (next.number() > requireNonNull(header).number() + 1
        && step instanceof SegmentScan.Step.End) {
      return; // what is between was shredded; the verifier follows the chain through it
    }
    boolean linked =
        next.firstSequence() == current.sequence() + 1
            && next.previousHash().equals(current.lastHash());
    if (linked && step instanceof SegmentScan.Step.End) {
      return;
    }
    boolean lostInFailedSync =
        next.unsyncedFrom() > 0
            && next.unsyncedFrom() <= current.sequence() + 1
            && next.firstSequence() > current.sequence();
    if (!lostInFailedSync) {
      String why =
          step instanceof SegmentScan.Step.Bad bad
              ? bad.why()
              : "the next segment does not follow sequence " + current.sequence();
      throw damaged(current, why);
    }
    LOG.atWarn()
        .addKeyValue("segment", current.path())
        .addKeyValue("offset", current.offset())
        .addKeyValue("lost", next.firstSequence() - 1 - current.sequence())
        .log("Records are missing whose fsync had failed");
  }

  private static JournalException damaged(SegmentScan current, String why) {
    return new JournalException.Damaged(
        current.path() + " at offset " + current.offset() + ": " + why, null);
  }

  private static JournalException unreadable(Path directory, IOException e) {
    return new JournalException.Damaged("cannot read the journal in " + directory, e);
  }

  @Override
  public void close() {
    try {
      if (scan != null) {
        scan.close();
      }
    } catch (IOException e) {
      LOG.atDebug().setCause(e).log("A segment could not be closed");
    }
  }
}

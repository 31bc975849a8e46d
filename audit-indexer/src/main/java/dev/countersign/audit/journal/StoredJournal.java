package dev.countersign.audit.journal;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A journal to read: its folder, the keys of whoever reads it, and what becomes of the segments
 * that none of them opens.
 */
public record StoredJournal(Path directory, DataKeys keys, JournalReader.WhenSealed whenSealed) {

  /**
   * Segments that only their owner opens.
   *
   * @param numbers the segments, ascending; each has records
   * @param owner the thumbprint of the key that opens the newest of them
   */
  public record Sealed(List<Long> numbers, String owner) {

    /** In words, and what to do. */
    @Override
    public String toString() {
      return (numbers.size() == 1
              ? "segment " + numbers.getFirst() + " of the journal is"
              : "%d segments of the journal (%d to %d) are"
                  .formatted(numbers.size(), numbers.getFirst(), numbers.getLast()))
          + " sealed to the owner's key "
          + owner
          + "; with that key, --key, nothing is left out";
    }
  }

  public StoredJournal {
    requireNonNull(directory, "directory");
    requireNonNull(keys, "keys");
    requireNonNull(whenSealed, "whenSealed");
  }

  /** With the keys that a gateway left on this machine; a segment they do not open is refused. */
  public static StoredJournal local(Path directory) {
    return new StoredJournal(directory, DataKeys.local(directory), JournalReader.WhenSealed.REFUSE);
  }

  /** The same, for somebody who has other keys as well. */
  public StoredJournal with(DataKeys others) {
    return new StoredJournal(directory, keys.or(others), whenSealed);
  }

  /** The same, without the segments that no key opens. */
  public StoredJournal skippingSealed() {
    return new StoredJournal(directory, keys, JournalReader.WhenSealed.SKIP);
  }

  /** A reader of the events from that sequence on. */
  public JournalReader read(long fromSequence) {
    return JournalReader.open(directory, fromSequence, keys, whenSealed);
  }

  /** The segments with records that no key opens; empty if all can be read. */
  public Optional<Sealed> sealed() {
    List<SegmentHeader> closed = new ArrayList<>();
    List<SegmentHeader> headers = headers();
    for (int i = 0; i < headers.size(); i++) {
      boolean isEmpty =
          i + 1 < headers.size()
              && headers.get(i + 1).firstSequence() == headers.get(i).firstSequence();
      if (!isEmpty && PayloadOpener.of(headers.get(i), keys).isEmpty()) {
        closed.add(headers.get(i));
      }
    }
    return closed.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Sealed(
                closed.stream().map(SegmentHeader::number).toList(),
                SealedKey.thumbprint(closed.getLast().owner())));
  }

  /**
   * From which sequence on the keys open everything that is there; one that will never be reached
   * if they do not open the newest segment.
   */
  public long readableFrom() {
    List<SegmentHeader> headers = headers();
    long from = headers.isEmpty() ? 1 : Long.MAX_VALUE;
    for (SegmentHeader header : headers.reversed()) {
      if (PayloadOpener.of(header, keys).isEmpty()) {
        return from;
      }
      from = header.firstSequence();
    }
    return from;
  }

  /** When the newest checkpoint was made: until then nothing happened that is not there. */
  public Optional<Instant> knownUntil() {
    try {
      return CheckpointFile.newestTime(directory, SegmentFiles.numbers(directory));
    } catch (IOException e) {
      throw new JournalException.Damaged("cannot read the journal in " + directory, e);
    }
  }

  /** Whether the payloads of all these records were destroyed by policy. */
  public boolean isShredded(long first, long last) {
    try {
      long expected = first;
      for (ShreddedSegment segment : ShreddedSegment.all(directory)) {
        if (segment.first() <= expected && expected <= segment.last()) {
          expected = segment.last() + 1;
        }
      }
      return expected > last;
    } catch (IOException e) {
      throw new JournalException.Damaged("cannot read the journal in " + directory, e);
    }
  }

  private List<SegmentHeader> headers() {
    try {
      List<SegmentHeader> headers = new ArrayList<>();
      for (long number : SegmentFiles.numbers(directory)) {
        SegmentFiles.soundHeader(directory, number).ifPresent(headers::add);
      }
      return headers;
    } catch (IOException e) {
      throw new JournalException.Damaged("cannot read the journal in " + directory, e);
    }
  }
}

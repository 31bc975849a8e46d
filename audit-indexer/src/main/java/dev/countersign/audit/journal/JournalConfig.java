package dev.countersign.audit.journal;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Where and how a journal is kept.
 *
 * @param directory its folder; created if it is not there, and locked while the journal is open
 * @param sync which commands wait for the disk
 * @param segmentSize a segment is closed before it grows beyond this many bytes
 * @param segmentAge a segment with records is closed when it is older
 * @param syncInterval everything is on the disk after this time at the latest, waited for or not
 * @param probeInterval how often storage that refused is tried again
 * @param encryption how payloads are encrypted; empty if everybody with the files may read them
 * @param signing the key that signs checkpoints; empty if none are made
 */
public record JournalConfig(
    Path directory,
    Sync sync,
    long segmentSize,
    Duration segmentAge,
    Duration syncInterval,
    Duration probeInterval,
    Optional<Encryption> encryption,
    Optional<SigningKey> signing) {

  /** Before which commands the journal waits for the disk. */
  public enum Sync {
    /** Commands that can change state wait for fsync; reads wait for write. */
    READS_WRITTEN,
    /** Every command waits for fsync. */
    ALWAYS
  }

  /**
   * How payloads are encrypted.
   *
   * @param owner whose private key opens every segment
   * @param localKey the file of the key that seals what this machine may read; made if it is not
   *     there
   * @param readable for how long after its end this machine may read a segment; zero for never,
   *     beyond the memory of this process
   * @param untilIndexed whether it may until the segment is indexed, too, however long that takes
   */
  public record Encryption(OwnerKey owner, Path localKey, Duration readable, boolean untilIndexed) {

    /** Without an index. */
    public Encryption(OwnerKey owner, Path localKey, Duration readable) {
      this(owner, localKey, readable, false);
    }

    public Encryption {
      requireNonNull(owner, "owner");
      requireNonNull(localKey, "localKey");
      if (readable.isNegative()) {
        throw new IllegalArgumentException("a segment is readable for no time or more");
      }
    }
  }

  public static final long DEFAULT_SEGMENT_SIZE = 64L << 20;
  public static final Duration DEFAULT_SEGMENT_AGE = Duration.ofHours(1);
  private static final long SMALLEST_SEGMENT = 4 << 10;

  public JournalConfig {
    requireNonNull(directory, "directory");
    requireNonNull(sync, "sync");
    requireNonNull(encryption, "encryption");
    requireNonNull(signing, "signing");
    if (segmentSize < SMALLEST_SEGMENT) {
      throw new IllegalArgumentException("a segment has at least 4096 bytes, not " + segmentSize);
    }
    if (!syncInterval.isPositive() || !probeInterval.isPositive() || !segmentAge.isPositive()) {
      throw new IllegalArgumentException("an interval is longer than nothing");
    }
  }

  /** A journal as it is unless somebody says otherwise: neither encrypted nor signed. */
  public static JournalConfig at(Path directory) {
    return new JournalConfig(
        directory,
        Sync.READS_WRITTEN,
        DEFAULT_SEGMENT_SIZE,
        DEFAULT_SEGMENT_AGE,
        Duration.ofMillis(100),
        Duration.ofSeconds(1),
        Optional.empty(),
        Optional.empty());
  }

  public JournalConfig withSync(Sync other) {
    return new JournalConfig(
        directory,
        other,
        segmentSize,
        segmentAge,
        syncInterval,
        probeInterval,
        encryption,
        signing);
  }

  public JournalConfig withSegmentSize(long bytes) {
    return new JournalConfig(
        directory, sync, bytes, segmentAge, syncInterval, probeInterval, encryption, signing);
  }

  public JournalConfig withSegmentAge(Duration age) {
    return new JournalConfig(
        directory, sync, segmentSize, age, syncInterval, probeInterval, encryption, signing);
  }

  JournalConfig withSyncInterval(Duration interval) {
    return new JournalConfig(
        directory, sync, segmentSize, segmentAge, interval, probeInterval, encryption, signing);
  }

  JournalConfig withProbeInterval(Duration interval) {
    return new JournalConfig(
        directory, sync, segmentSize, segmentAge, syncInterval, interval, encryption, signing);
  }

  public JournalConfig encrypted(Encryption how) {
    return new JournalConfig(
        directory,
        sync,
        segmentSize,
        segmentAge,
        syncInterval,
        probeInterval,
        Optional.of(how),
        signing);
  }

  public JournalConfig signed(SigningKey key) {
    return new JournalConfig(
        directory,
        sync,
        segmentSize,
        segmentAge,
        syncInterval,
        probeInterval,
        encryption,
        Optional.of(key));
  }
}

package dev.countersign.audit.journal;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Where and how a journal is kept.
 *
 * @param directory its folder; created if it is not there, and locked while the journal is open
 * @param sync which commands wait for the disk
 * @param segmentSize a segment is closed before it grows beyond this many bytes
 * @param syncInterval everything is on the disk after this time at the latest, waited for or not
 * @param probeInterval how often storage that refused is tried again
 */
public record JournalConfig(
    Path directory, Sync sync, long segmentSize, Duration syncInterval, Duration probeInterval) {

  /** Before which commands the journal waits for the disk. */
  public enum Sync {
    /** Commands that can change state wait for fsync; reads wait for write. */
    READS_WRITTEN,
    /** Every command waits for fsync. */
    ALWAYS
  }

  public static final long DEFAULT_SEGMENT_SIZE = 64L << 20;
  private static final long SMALLEST_SEGMENT = 4 << 10;

  public JournalConfig {
    requireNonNull(directory, "directory");
    requireNonNull(sync, "sync");
    if (segmentSize < SMALLEST_SEGMENT) {
      throw new IllegalArgumentException("a segment has at least 4096 bytes, not " + segmentSize);
    }
    if (!syncInterval.isPositive() || !probeInterval.isPositive()) {
      throw new IllegalArgumentException("an interval is longer than nothing");
    }
  }

  /** A journal as it is unless somebody says otherwise. */
  public static JournalConfig at(Path directory) {
    return new JournalConfig(
        directory,
        Sync.READS_WRITTEN,
        DEFAULT_SEGMENT_SIZE,
        Duration.ofMillis(100),
        Duration.ofSeconds(1));
  }

  public JournalConfig withSync(Sync other) {
    return new JournalConfig(directory, other, segmentSize, syncInterval, probeInterval);
  }

  public JournalConfig withSegmentSize(long bytes) {
    return new JournalConfig(directory, sync, bytes, syncInterval, probeInterval);
  }

  JournalConfig withProbeInterval(Duration interval) {
    return new JournalConfig(directory, sync, segmentSize, syncInterval, interval);
  }
}

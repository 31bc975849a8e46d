package dev.countersign.audit.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.audit.event.Event;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What this machine may read of segments that it wrote itself. */
final class SegmentKeysTest {

  @TempDir Path home;
  private Path directory;
  private Path owner;

  @BeforeEach
  void make() throws IOException {
    directory = home.resolve("journal");
    owner = home.resolve("owner.jwk");
    Files.writeString(owner, OwnerPrivateKey.generate().publicJwk());
  }

  @Test
  void withoutAnIndexNothingIsReadableBehindTheProcess() throws IOException {
    try (SegmentedJournal journal = SegmentedJournal.open(config(false))) {
      journal.append(event());
    }
    assertThat(directory.resolve("readable")).doesNotExist();
    assertThat(StoredJournal.local(directory).sealed()).isPresent();
    assertThat(StoredJournal.local(directory).readableFrom()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void withAnIndexASegmentStaysReadableOverARestartUntilItIsIndexed() throws IOException {
    AtomicLong indexed = new AtomicLong();
    try (SegmentedJournal journal = SegmentedJournal.open(config(true))) {
      journal.append(event());
    }
    try (SegmentedJournal journal = SegmentedJournal.open(config(true).withSegmentSize(4 << 10))) {
      journal.keepReadableAfter(indexed::get);
      fillASegment(journal);
      assertThat(ReadableKeys.file(directory, 1)).exists();
      assertThat(StoredJournal.local(directory).sealed()).isEmpty();

      indexed.set(1);
      fillASegment(journal);
      assertThat(ReadableKeys.file(directory, 1)).doesNotExist();
      assertThat(StoredJournal.local(directory).readableFrom()).isEqualTo(2);
    }
  }

  private static void fillASegment(SegmentedJournal journal) {
    for (int i = 0; i < 10; i++) {
      journal.append(event());
    }
  }

  private static Event event() {
    return new Event.PolicyActivated("v".repeat(900), "source", 1);
  }

  private JournalConfig config(boolean untilIndexed) {
    return JournalConfig.at(directory)
        .encrypted(
            new JournalConfig.Encryption(
                OwnerKey.read(owner), home.resolve("local.key"), Duration.ZERO, untilIndexed));
  }
}

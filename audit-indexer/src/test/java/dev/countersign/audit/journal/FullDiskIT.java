package dev.countersign.audit.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.RecordedEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A journal on a real file system of two megabytes; needs the right to mount one. */
final class FullDiskIT {

  @TempDir Path home;
  private Path disk;
  private boolean mounted;

  @BeforeEach
  void mount() throws Exception {
    disk = Files.createDirectories(home.resolve("disk"));
    mounted = run("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk.toString());
    assumeThat(mounted).as("may mount a file system").isTrue();
  }

  @AfterEach
  void unmount() throws Exception {
    if (mounted) {
      assertThat(run("umount", disk.toString())).isTrue();
    }
  }

  @Test
  void gw25_aFullDiskRefusesAndNothingThatWasAcknowledgedIsMissingAfterwards() throws Exception {
    Path ballast = disk.resolve("ballast");
    List<Long> acknowledged = new ArrayList<>();
    try (SegmentedJournal journal = open()) {
      acknowledged.add(durable(journal));
      fill(ballast);

      assertThatThrownBy(() -> appendUntilRefused(journal, acknowledged))
          .isInstanceOf(JournalException.Unwritable.class);
      // Whoever asks next is refused at once, and so is every reader of state.
      assertThatThrownBy(() -> journal.append(event()))
          .isInstanceOf(JournalException.Unwritable.class)
          .hasRootCauseMessage("No space left on device");
      assertThat(journal.durable(journal.appended()).toCompletableFuture())
          .isCompletedExceptionally();

      Files.delete(ballast);
      await().atMost(Duration.ofSeconds(60)).ignoreExceptions().until(() -> durable(journal) > 0);
      acknowledged.add(durable(journal));
    }
    assertThat(sequences()).containsAll(acknowledged);
  }

  @Test
  void gw25_aReadOnlyFileSystemIsSaidAtTheStart() throws Exception {
    Files.createDirectories(disk.resolve("journal"));
    assertThat(run("mount", "-o", "remount,ro", disk.toString())).isTrue();

    assertThatThrownBy(this::open)
        .isInstanceOf(JournalException.Unwritable.class)
        .hasMessageContaining(disk.toString());

    assertThat(run("mount", "-o", "remount,rw", disk.toString())).isTrue();
    try (SegmentedJournal journal = open()) {
      assertThat(durable(journal)).isEqualTo(1);
    }
  }

  private SegmentedJournal open() {
    return SegmentedJournal.open(
        JournalConfig.at(disk.resolve("journal")).withProbeInterval(Duration.ofMillis(50)));
  }

  private static Event event() {
    return new Event.PolicyActivated("x".repeat(10_000), "source", 1);
  }

  private static long durable(SegmentedJournal journal) throws Exception {
    long sequence = journal.append(event());
    journal.durable(sequence).toCompletableFuture().get(30, TimeUnit.SECONDS);
    return sequence;
  }

  private static void appendUntilRefused(SegmentedJournal journal, List<Long> acknowledged)
      throws Exception {
    for (int i = 0; i < 1_000; i++) {
      acknowledged.add(durable(journal));
    }
  }

  /** Leaves room for a few records. */
  private void fill(Path ballast) throws IOException {
    long free = disk.toFile().getUsableSpace();
    Files.write(ballast, new byte[(int) Math.max(0, free - (64 << 10))]);
  }

  private List<Long> sequences() {
    List<Long> sequences = new ArrayList<>();
    try (JournalReader reader = JournalReader.open(disk.resolve("journal"), 1)) {
      for (var next = reader.poll(); next.isPresent(); next = reader.poll()) {
        RecordedEvent event = next.get();
        sequences.add(event.sequence());
      }
    }
    return sequences;
  }

  private static boolean run(String... command) throws Exception {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getInputStream().readAllBytes();
      return process.waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}

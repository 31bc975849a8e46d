package dev.countersign.audit.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.RecordedEvent;
import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** kill -9 of a real process under load, again and again on the same journal. */
final class JournalKillIT {

  private static final int KILLS = 20;

  @TempDir Path directory;

  @Test
  void gw27_noKillEverLosesTheIntentOfAReleasedCommand() throws Exception {
    Path journal = directory.resolve("journal");
    Random random = new Random(27);
    long released = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      Path markers = Files.createDirectory(directory.resolve("markers-" + kill));

      killAfter(Duration.ofMillis(150 + random.nextInt(250)), journal, markers);

      try (SegmentedJournal recovered = SegmentedJournal.open(KilledJournal.config(journal))) {
        assertThat(recovered.written()).isPositive();
      }
      Map<Long, Long> intents = intents(journal);
      for (int t = 0; t < 4; t++) {
        released += check(markers.resolve("released-" + t), intents);
      }
    }
    assertThat(released).isGreaterThan(KILLS * 100L);
  }

  private static void killAfter(Duration duration, Path journal, Path markers) throws Exception {
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                KilledJournal.class.getName(),
                journal.toString(),
                markers.toString())
            .redirectErrorStream(true)
            .start();
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
      String line = out.readLine();
      while (line != null && !line.equals("running")) {
        line = out.readLine();
      }
      assertThat(line).isEqualTo("running");
      assertThat(child.waitFor(duration.toMillis(), TimeUnit.MILLISECONDS)).isFalse();
      child.destroyForcibly();
      assertThat(child.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  private static Map<Long, Long> intents(Path journal) {
    Map<Long, Long> intents = new HashMap<>();
    try (JournalReader reader = JournalReader.open(journal, 1)) {
      for (var next = reader.poll(); next.isPresent(); next = reader.poll()) {
        RecordedEvent recorded = next.get();
        if (recorded.event() instanceof Event.CommandDecided decided) {
          intents.put(recorded.sequence(), decided.command());
        }
      }
    }
    return intents;
  }

  /** A marker is written after its release, so the intent of every marker must be there. */
  private static long check(Path markers, Map<Long, Long> intents) throws Exception {
    if (!Files.exists(markers)) {
      return 0;
    }
    long count = Files.size(markers) / 16;
    try (DataInputStream in = new DataInputStream(Files.newInputStream(markers))) {
      for (long i = 0; i < count; i++) {
        long sequence = in.readLong();
        assertThat(intents).containsEntry(sequence, in.readLong());
      }
    }
    return count;
  }
}

package dev.countersign.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.journal.JournalReader;
import dev.countersign.cli.configuration.Configuration;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rule packs, as an agent with psql meets them. */
class PacksIT {

  @TempDir Path home;

  @Test
  void fiveBlocksWithinAMinuteStopTheSixthCommandToo() throws Exception {
    Path packs = Files.createDirectory(home.resolve("packs"));
    Files.copy(Path.of("../policy/packs/anomaly.drl"), packs.resolve("anomaly.drl"));
    DemoChoices choices = new DemoChoices(false, Configuration.Source.FILE, Optional.of(packs));
    StringWriter progress = new StringWriter();

    try (DemoWorld world =
        DemoWorld.start(home.resolve("demo"), choices, new Progress(new PrintWriter(progress)))) {
      Psql agent = world.agent();
      for (int i = 0; i < 5; i++) {
        assertThat(agent.run("DROP TABLE orders").output()).contains("SQL-014");
      }

      assertThat(agent.run("SELECT count(*) FROM orders").output())
          .contains("ERROR:  blocked by policy probing")
          .contains("five commands of yours were blocked within a minute")
          .contains("HINT:  Stop, read the reasons of the blocks");

      // A broken pack changes nothing; taking the packs away does.
      Path anomaly = packs.resolve("anomaly.drl");
      Files.writeString(anomaly, Files.readString(anomaly).replace("then", ""));
      await().until(() -> refused(world.running().journal()).contains("anomaly.drl:"));
      assertThat(agent.run("SELECT count(*) FROM orders").output()).contains("probing");
      Files.delete(anomaly);
      await()
          .untilAsserted(
              () -> assertThat(agent.run("SELECT count(*) FROM orders").output()).contains("3000"));
    }
  }

  /** What the journal says of changes that were refused. */
  private static String refused(Path journal) {
    StringBuilder faults = new StringBuilder();
    try (JournalReader reader = JournalReader.open(journal, 1)) {
      for (var next = reader.poll(); next.isPresent(); next = reader.poll()) {
        if (next.get().event() instanceof Event.PolicyRefused refusal) {
          refusal.faults().forEach(faults::append);
        }
      }
    }
    return faults.toString();
  }
}

package dev.countersign.rules.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.countersign.rules.policy.ChangeWatch;
import dev.countersign.rules.policy.PolicyRefusedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackFolderTest {

  private static final String RULE =
      """
      rule "one"
      when
        Activity( blocksLastMinute >= 5 )
      then
        findings.block("x", "y");
      end
      """;

  @TempDir Path folder;

  private List<String> faults() {
    return catchThrowableOfType(PolicyRefusedException.class, () -> new PackFolder(folder).load())
        .faults();
  }

  @Test
  void readsWhatEndsInDrlAndNothingElse() throws Exception {
    assertThat(new PackFolder(folder).load().isEmpty()).isTrue();

    Files.writeString(folder.resolve("b.drl"), RULE);
    Files.writeString(folder.resolve("a.drl"), RULE);
    Files.writeString(folder.resolve("a.drl~"), "rubbish");
    Files.writeString(Files.createDirectory(folder.resolve("sub")).resolve("c.drl"), "rubbish");

    assertThat(new PackFolder(folder).load().rules()).isEqualTo(2);
  }

  @Test
  void namesTheFaultsOfAllFiles() throws Exception {
    Files.writeString(folder.resolve("a.drl"), RULE.replace("findings", "System"));
    Files.writeString(folder.resolve("b.drl"), RULE.replace("Minute", "Fortnight"));

    assertThat(faults()).hasSize(2);
    assertThat(faults().get(0)).startsWith("a.drl:5: found the word System; allowed: ");
    assertThat(faults().get(1))
        .startsWith("b.drl:3: found the word blocksLastFortnight; allowed: ");
  }

  @Test
  void refusesWhatIsTooLongOrNoTextOrNoFolder() throws Exception {
    Files.writeString(folder.resolve("a.drl"), RULE + " ".repeat(Pack.LONGEST));
    Files.write(folder.resolve("b.drl"), new byte[] {(byte) 0xC3, 0x28});
    assertThat(faults())
        .containsExactly(
            "a.drl: found a longer file; allowed: 65536 bytes",
            "b.drl: found bytes that are no text; allowed: UTF-8");

    folder = folder.resolve("absent");
    assertThat(faults()).singleElement().asString().contains("cannot be read");
  }

  @Test
  void aBrokenPackLeavesTheOldOnes() throws Exception {
    Files.writeString(folder.resolve("a.drl"), RULE);
    PackFolder packs = new PackFolder(folder);
    AtomicReference<Packs> inForce = new AtomicReference<>(packs.load());
    AtomicReference<List<String>> refused = new AtomicReference<>(List.of());
    Packs first = inForce.get();

    try (ChangeWatch _ = packs.watch(Duration.ofMillis(20), inForce::set, refused::set)) {
      Files.writeString(folder.resolve("a.drl"), RULE.replace("then", ""));
      await().until(() -> !refused.get().isEmpty());
      assertThat(refused.get()).first().asString().startsWith("a.drl:");
      assertThat(inForce.get()).isSameAs(first);

      Files.writeString(folder.resolve("a.drl"), RULE.replace("one", "two"));
      await().until(() -> inForce.get() != first);
      assertThat(inForce.get().rules()).isEqualTo(1);

      Files.delete(folder.resolve("a.drl"));
      await().until(() -> inForce.get().isEmpty());
    }
  }
}

package dev.countersign.cli.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.evidence.Custody;
import dev.countersign.audit.journal.JournalReader;
import dev.countersign.audit.journal.OwnerKey;
import dev.countersign.audit.pack.PackRecorder;
import dev.countersign.audit.pack.RecordedPacks;
import dev.countersign.cli.Countersign;
import dev.countersign.cli.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PackCommandTest {

  private static final byte[] PACK =
      "PACK, as far as this goes".getBytes(StandardCharsets.US_ASCII);

  @TempDir Path home;
  private OwnerKeyFiles keys;
  private String digest;
  private Path output;
  private final StringWriter said = new StringWriter();

  @BeforeEach
  void record() throws Exception {
    keys = OwnerKeyFiles.make(home);
    digest = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(PACK));
    output = home.resolve("push.pack");
    new PackRecorder(
            RecordedPacks.beside(Files.createDirectory(home.resolve("journal"))),
            OwnerKey.read(keys.publicKey()),
            1 << 20,
            InstantSource.system())
        .keep(Files.write(home.resolve("judged"), PACK), digest);
  }

  @Test
  void givesBackWhatWasRecordedAndRecordsTheReading() throws Exception {
    assertThat(run("sha256:" + digest)).as("%s", said).isEqualTo(ExitCode.OK);

    assertThat(output).hasBinaryContent(PACK);
    try (JournalReader reader = JournalReader.open(Custody.beside(home.resolve("journal")), 1)) {
      assertThat(reader.poll().orElseThrow().event())
          .isInstanceOfSatisfying(
              Event.RecordSearched.class,
              read -> assertThat(read.query()).isEqualTo("pack sha256:" + digest));
    }
  }

  @Test
  void writesNothingThatIsNotWhatWasRecorded() throws Exception {
    assertThat(run("0".repeat(64))).isEqualTo(ExitCode.NOT_FOUND);
    Path sealed;
    try (var files = Files.walk(home.resolve("journal/packs"))) {
      sealed = files.filter(Files::isRegularFile).findFirst().orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(sealed);
    bytes[bytes.length - 1] ^= 1;
    Files.write(sealed, bytes);

    assertThat(run(digest)).isEqualTo(ExitCode.UNAVAILABLE);

    assertThat(said.toString()).contains("the pack was not written", "damaged");
    assertThat(output).doesNotExist();
  }

  @Test
  void overwritesNothing() throws IOException {
    Files.writeString(output, "mine");

    assertThat(run(digest)).isEqualTo(ExitCode.USAGE);

    assertThat(output).hasContent("mine");
  }

  private int run(String wanted) {
    PrintWriter out = new PrintWriter(said, true);
    return Countersign.run(
        out,
        out,
        "audit",
        "pack",
        wanted,
        "--journal",
        home.resolve("journal").toString(),
        "--key",
        keys.privateKey().toString(),
        "-o",
        output.toString());
  }
}

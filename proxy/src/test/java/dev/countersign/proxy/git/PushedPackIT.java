package dev.countersign.proxy.git;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.proxy.git.wire.Digests;
import dev.countersign.proxy.git.wire.PackLimits;
import dev.countersign.proxy.git.wire.PackOutline;
import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Packs that stock git makes and others, taken; git itself says what should come of them. */
class PushedPackIT {

  private static final int COMMITS = 60;

  private static final PackLimits LIMITS =
      new PackLimits(
          10_000, 1 << 20, new PackOutline.Limits(1 << 30, 8 << 20), Duration.ofMinutes(5));

  @TempDir private Path directory;
  private Path work;
  private Path taken;

  @BeforeEach
  void makeHistory() throws Exception {
    work = Files.createDirectories(directory.resolve("work"));
    taken = Files.createDirectories(directory.resolve("taken"));
    git("", "init", "-q", "-b", "main");
    StringBuilder history = new StringBuilder();
    Random random = new Random(7);
    String large = "line of a file\n".repeat(10_000);
    for (int i = 0; i < COMMITS; i++) {
      history
          .append("commit refs/heads/main\ncommitter A <a@b.c> ")
          .append(i + 1)
          .append(" +0000\n");
      history.append(data("change " + i));
      String file = "d" + random.nextInt(10) + "/f" + random.nextInt(10);
      history.append("M 644 inline ").append(file).append('\n').append(data("text " + i));
      history.append("M 644 inline large\n").append(data(i + "\n" + large + i)).append('\n');
    }
    git(history.toString(), "fast-import", "--quiet");
    git("", "repack", "-adfq", "--depth=50");
  }

  private static String data(String text) {
    return "data " + text.length() + "\n" + text + "\n";
  }

  @ParameterizedTest
  @ValueSource(strings = {"--delta-base-offset", "--no-reuse-delta", "--window=0"})
  void indexesWhatGitMakesAsGitDoes(String how) throws Exception {
    byte[] pack = git("", "pack-objects", "--all", "--stdout", "-q", "--threads=1", how);

    PushedPack.Taken result = take(pack);

    assertThat(result.pack().file()).hasBinaryContent(pack);
    assertThat(result.pack().sha256())
        .isEqualTo(HexFormat.of().formatHex(Digests.sha256().digest(pack)));
    Path theirs = directory.resolve("theirs.pack");
    Files.write(theirs, pack);
    git("", "index-pack", theirs.toString());
    assertThat(index(result)).hasSameBinaryContentAs(directory.resolve("theirs.idx"));
  }

  @Test
  void completesAPackThatIsMadeForSomebodyWhoHasMore() throws Exception {
    byte[] thin = git("HEAD\n^HEAD~1\n", "pack-objects", "--revs", "--thin", "--stdout", "-q");
    Path alone = directory.resolve("alone.pack");
    Files.write(alone, thin);
    assertThat(run("", "index-pack", alone.toString()).exit()).as("it is thin").isNotZero();

    PushedPack.Taken result = take(thin);

    git("", "verify-pack", result.pack().file().toString());
    byte[] bytes = Files.readAllBytes(result.pack().file());
    assertThat(result.pack().sha256())
        .isEqualTo(HexFormat.of().formatHex(Digests.sha256().digest(bytes)));
    Set<String> own =
        new HashSet<>(
            text(git("", "rev-list", "--objects", "HEAD", "^HEAD~1"))
                .lines()
                .map(line -> line.substring(0, 40))
                .toList());
    assertThat(result.objects())
        .extracting(entry -> entry.id().name())
        .containsExactlyInAnyOrderElementsOf(own);
  }

  @Test
  void looksAtWhatIsMadeOfOtherObjects() throws Exception {
    byte[] base = "nothing of note\n".getBytes(UTF_8);
    byte[] key = "key = AKIAABCDEFGHIJKLMNOP\n".getBytes(UTF_8);
    TestPacks pack = TestPacks.of(3).whole(TestPacks.BLOB, base);
    byte[] bytes =
        pack.offsetDelta(pack.last(), base.length, key)
            .nameDelta(
                raw(new ObjectHash().of(TestPacks.BLOB, base)), base.length, new byte[] {'x'})
            .end();

    try (PackScan scan = new PackScan()) {
      PushedPack.Taken result = take(bytes, scan);

      assertThat(result.objects()).hasSize(3).allMatch(entry -> scan.blob(entry.id()).isPresent());
      assertThat(scan.blob(result.objects().get(1).id()).orElseThrow().hits())
          .containsOnlyKeys("aws-access-key");
    }
  }

  private static byte[] raw(ObjectId id) {
    byte[] raw = new byte[20];
    id.copyRawTo(raw, 0);
    return raw;
  }

  @Test
  void git22_refusesAnObjectThatIsThereTwice() throws Exception {
    byte[] file = "file\n".getBytes(UTF_8);
    byte[] twice = TestPacks.of(2).whole(TestPacks.BLOB, file).whole(TestPacks.BLOB, file).end();

    assertRefused(twice, "twice");
  }

  @Test
  void git21_refusesDeltasOfWhatIsNowhere() throws Exception {
    byte[] pack = TestPacks.of(1).nameDelta(new byte[20], 10, new byte[] {1}).end();

    assertRefused(pack, "neither in it nor upstream");
  }

  @Test
  void git22_refusesWhatIsNotWholeOrGoesOn() throws Exception {
    byte[] pack = TestPacks.of(1).whole(TestPacks.BLOB, new byte[100]).end();
    assertRefused(Arrays.copyOf(pack, pack.length - 1), "ends early");
    assertRefused(Arrays.copyOf(pack, 20), "ends early");
    assertRefused(Arrays.copyOf(pack, pack.length + 1), "follows");
    byte[] changed = pack.clone();
    changed[pack.length - 1]++;
    assertRefused(changed, "checksum");
    byte[] kind = TestPacks.of(1).whole(5, new byte[1]).end();
    assertRefused(kind, "kind");
    byte[] empty = TestPacks.of(0).end();
    assertThat(take(empty).pack().file()).hasBinaryContent(empty);
  }

  @Test
  void git22_takesNothingThatWasChangedOnTheWay() throws Exception {
    byte[] pack = git("", "pack-objects", "--all", "--stdout", "-q");
    Random random = new Random(7);
    for (int i = 0; i < 200; i++) {
      byte[] changed = pack.clone();
      changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
      assertRefused(changed, "");
    }
  }

  private void assertRefused(byte[] pack, String why) {
    assertThatThrownBy(() -> take(pack))
        .isInstanceOfSatisfying(
            GitRefusedException.class, refused -> assertThat(refused.rule()).startsWith("GIT-PACK"))
        .hasMessageContaining(why);
  }

  private PushedPack.Taken take(byte[] pack) throws Exception {
    try (PackScan scan = new PackScan()) {
      return take(pack, scan);
    }
  }

  private PushedPack.Taken take(byte[] pack, PackScan scan) throws Exception {
    try (FileRepository upstream = new FileRepository(work.resolve(".git").toFile());
        ObjectReader reader = upstream.newObjectReader()) {
      return PushedPack.take(new ByteArrayInputStream(pack), taken, reader, LIMITS, scan);
    }
  }

  private static Path index(PushedPack.Taken taken) {
    Path pack = taken.pack().file();
    return pack.resolveSibling(pack.getFileName().toString().replace(".pack", ".idx"));
  }

  private byte[] git(String input, String... arguments) throws Exception {
    Ended ended = run(input, arguments);
    assertThat(ended.exit()).as(String.join(" ", arguments)).isZero();
    return ended.out();
  }

  /** How git ended. */
  @SuppressWarnings("ArrayRecordComponent") // Read, and never compared.
  private record Ended(int exit, byte[] out) {}

  private Ended run(String input, String... arguments) throws Exception {
    List<String> command = new java.util.ArrayList<>(List.of("git"));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command)
            .directory(work.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (OutputStream out = process.getOutputStream()) {
      out.write(input.getBytes(UTF_8));
    }
    byte[] out = process.getInputStream().readAllBytes();
    return new Ended(process.waitFor(), out);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, UTF_8);
  }
}

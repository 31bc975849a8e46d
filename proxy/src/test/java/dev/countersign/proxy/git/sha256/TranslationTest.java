package dev.countersign.proxy.git.sha256;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.proxy.git.TestPacks;
import dev.countersign.proxy.git.wire.GitWireException;
import dev.countersign.proxy.git.wire.ObjectName;
import dev.countersign.proxy.git.wire.PackLimits;
import dev.countersign.proxy.git.wire.PackOutline;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Random;
import java.util.Set;
import org.eclipse.jgit.internal.storage.dfs.DfsRepositoryDescription;
import org.eclipse.jgit.internal.storage.dfs.InMemoryRepository;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.transport.PackParser;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Packs of objects named by SHA-256, also such as git would not make. */
final class TranslationTest {

  private static final String SHA256 = "SHA-256";
  private static final byte[] FILE = "hello\n".getBytes(UTF_8);
  private static final String WHO = "A <a@example.org> 1700000000 +0000\n";

  private static final PackLimits LIMITS =
      new PackLimits(
          1_000, 1 << 20, new PackOutline.Limits(1 << 26, 1 << 20), Duration.ofMinutes(1));

  @TempDir private Path home;
  private int packs;

  @Test
  void makesOverAHistoryThatTheLibraryReads() throws Exception {
    byte[] tree = tree("100644 f", name("blob", FILE));
    byte[] first = commit(name("tree", tree), "", "first");
    byte[] second = commit(name("tree", tree), hex(name("commit", first)), "second");
    byte[] tag = tag(name("commit", second));
    byte[] pack =
        TestPacks.of(5)
            .whole(TestPacks.TAG, tag)
            .whole(TestPacks.COMMIT, second)
            .whole(TestPacks.COMMIT, first)
            .whole(TestPacks.TREE, tree)
            .whole(TestPacks.BLOB, FILE)
            .end(SHA256);

    TranslatedPack made = take(pack);

    assertThat(Files.readAllBytes(made.original())).isEqualTo(pack);
    try (KnownNames names = names(made);
        InMemoryRepository repository = repository(made)) {
      for (byte[] commit : new byte[][] {first, second}) {
        String inner = names.inner(outer("commit", commit)).orElseThrow();
        byte[] read = repository.open(ObjectId.fromString(inner)).getBytes();
        assertThat(names.commit(read)).isEqualTo(commit);
        assertThat(names.outer(inner)).contains(hex(name("commit", commit)));
      }
      ObjectId id = ObjectId.fromString(names.inner(outer("tag", tag)).orElseThrow());
      assertThat(new String(repository.open(id).getBytes(), UTF_8))
          .startsWith("object " + names.inner(outer("commit", second)).orElseThrow() + "\n");
    }
  }

  @Test
  void resolvesDeltasByPlaceAndByNameWhereverTheirBaseIs() throws Exception {
    byte[] more = "hello\nmore".getBytes(UTF_8);
    byte[] most = "hello\nmoreand more".getBytes(UTF_8);
    byte[] last = "hello\nand".getBytes(UTF_8);
    TestPacks pack =
        TestPacks.of(4)
            .nameDelta(name("blob", more), more.length, "and more".getBytes(UTF_8))
            .whole(TestPacks.BLOB, FILE);
    int base = pack.last();
    pack.offsetDelta(base, FILE.length, "more".getBytes(UTF_8))
        .offsetDelta(base, FILE.length, "and".getBytes(UTF_8));

    TranslatedPack made = take(pack.end(SHA256));

    try (KnownNames names = names(made);
        InMemoryRepository repository = repository(made)) {
      for (byte[] each : new byte[][] {FILE, more, most, last}) {
        String inner = names.inner(outer("blob", each)).orElseThrow();
        assertThat(repository.open(ObjectId.fromString(inner)).getBytes()).isEqualTo(each);
      }
    }
  }

  @Test
  void buildsOnWhatIsKnown() throws Exception {
    TranslatedPack before = take(TestPacks.of(1).whole(TestPacks.BLOB, FILE).end(SHA256));
    byte[] tree = tree("100644 f", name("blob", FILE));
    try (KnownNames known = names(before)) {
      TranslatedPack made = take(TestPacks.of(1).whole(TestPacks.TREE, tree).end(SHA256), known);
      try (KnownNames names = names(made)) {
        assertThat(names.inner(outer("tree", tree))).isPresent();
      }
    }
  }

  @Test
  void git12_refusesWhatBuildsOnWhatIsNotThere() throws Exception {
    byte[] tree = tree("100644 f", new byte[32]);
    incomplete(TestPacks.of(1).whole(TestPacks.TREE, tree).end(SHA256));
    incomplete(
        TestPacks.of(1).whole(TestPacks.COMMIT, commit(name("tree", tree), "", "x")).end(SHA256));
    incomplete(TestPacks.of(1).nameDelta(new byte[32], 6, FILE).end(SHA256));
  }

  private void incomplete(byte[] pack) {
    assertThatThrownBy(() -> take(pack)).isInstanceOf(GitWireException.Incomplete.class);
  }

  @Test
  void git12_refusesNamesOfTheOtherKind() throws Exception {
    refuses(
        TestPacks.of(1).whole(TestPacks.TREE, tree("100644 f", new byte[20])).end(SHA256),
        "ends early");
    for (String commit :
        new String[] {
          "tree " + "a".repeat(40) + "\nauthor " + WHO,
          "tree " + "A".repeat(64) + "\nauthor " + WHO,
          "tree " + "a".repeat(64),
          "author " + WHO
        }) {
      refuses(
          TestPacks.of(1).whole(TestPacks.COMMIT, commit.getBytes(UTF_8)).end(SHA256),
          "not by SHA-256");
    }
    refuses(
        TestPacks.of(2)
            .whole(TestPacks.BLOB, FILE)
            .nameDelta(new byte[20], 6, new byte[] {1})
            .end(SHA256),
        "");
  }

  @Test
  void git12_refusesADigestThatIsNotThatOfThePack() throws Exception {
    TestPacks pack = TestPacks.of(1).whole(TestPacks.BLOB, FILE);
    refuses(pack.end("SHA-1"), "ends early");
    byte[] good = TestPacks.of(1).whole(TestPacks.BLOB, FILE).end(SHA256);
    byte[] bad = good.clone();
    bad[bad.length - 1] ^= 1;
    refuses(bad, "checksum");
    refuses(java.util.Arrays.copyOf(good, good.length + 1), "follows");
    refuses(java.util.Arrays.copyOf(good, good.length - 1), "ends early");
  }

  @Test
  void git12_refusesTheSameObjectTwice() throws Exception {
    refuses(
        TestPacks.of(2).whole(TestPacks.BLOB, FILE).whole(TestPacks.BLOB, FILE).end(SHA256),
        "twice");
  }

  @Test
  void git12_refusesSubmodulesAtNothingAndModesThatAreNone() throws Exception {
    for (String entry : new String[] {"160000 m", "0160000 m"}) {
      refuses(
          TestPacks.of(1).whole(TestPacks.TREE, tree(entry, new byte[32])).end(SHA256),
          "at no commit");
    }
    for (String entry : new String[] {" m", "16000x m", "20000160000 m"}) {
      refuses(TestPacks.of(1).whole(TestPacks.TREE, tree(entry, new byte[32])).end(SHA256), "mode");
    }
  }

  @Test
  void git20_refusesDeltasThatHoldTooMuchOrMakeTooMuch() throws Exception {
    int size = 300_000;
    TestPacks byPlace = TestPacks.of(41).whole(TestPacks.BLOB, new byte[size]);
    TestPacks byName = TestPacks.of(41).whole(TestPacks.BLOB, new byte[size]);
    byte[] named = new byte[size];
    int place = byPlace.last();
    for (int level = 0; level < 20; level++) {
      byPlace.offsetDelta(place, size + level, new byte[] {1});
      byPlace.offsetDelta(place, size + level, new byte[] {2});
      place = byPlace.last();
      byName.nameDelta(name("blob", named), size + level, new byte[] {1});
      byName.nameDelta(name("blob", named), size + level, new byte[] {2});
      named = java.util.Arrays.copyOf(named, size + level + 1);
      named[size + level] = 2;
    }
    tooMuch(byPlace.end(SHA256), "nested");
    tooMuch(byName.end(SHA256), "nested");
    tooMuch(TestPacks.of(1).bomb(20_000_000, 10).end(SHA256), "larger than");
  }

  private void tooMuch(byte[] pack, String words) {
    assertThatThrownBy(() -> take(pack))
        .isInstanceOf(GitWireException.TooMuch.class)
        .hasMessageContaining(words);
  }

  @Test
  void git20_refusesWhatIsTooLargeOnTheDisk() throws Exception {
    byte[] noise = new byte[40_000];
    new Random(1).nextBytes(noise);
    byte[] pack = TestPacks.of(1).whole(TestPacks.BLOB, noise).end(SHA256);
    assertThatThrownBy(() -> take(pack, KnownNames.open(home.resolve("none")), 10_000))
        .isInstanceOf(GitWireException.TooMuch.class);
  }

  @Test
  void git20_refusesMoreObjectsThanAreTaken() throws Exception {
    assertThatThrownBy(() -> take(TestPacks.of(-1).end(SHA256)))
        .isInstanceOf(GitWireException.TooMuch.class);
  }

  /** Names of submodules are whatever a push says: nothing depends on how they begin. */
  @Test
  void git26_tellsSubmodulesApartThatBeginAlike() throws Exception {
    ByteArrayOutputStream tree = new ByteArrayOutputStream();
    Random random = new Random(5);
    for (int i = 0; i < 10_000; i++) {
      byte[] link = new byte[32];
      link[29] = (byte) random.nextInt();
      link[30] = (byte) (i >> 8);
      link[31] = (byte) i;
      link[0] = 1;
      tree.write(tree("160000 m%05d".formatted(i), link));
    }

    TranslatedPack made =
        take(TestPacks.of(1).whole(TestPacks.TREE, tree.toByteArray()).end(SHA256));

    try (KnownNames names = names(made);
        InMemoryRepository repository = repository(made);
        TreeWalk walk = new TreeWalk(repository)) {
      String inner = names.inner(outer("tree", tree.toByteArray())).orElseThrow();
      walk.addTree(ObjectId.fromString(inner));
      Set<String> links = new HashSet<>();
      while (walk.next()) {
        String link = names.link(walk.getObjectId(0).name()).orElseThrow();
        assertThat(link).startsWith("01" + "0".repeat(56));
        links.add(link);
      }
      assertThat(links).hasSize(10_000);
    }
  }

  /** Broken anywhere, and its digest made good again: nothing but words comes of it. */
  @Test
  void survivesPacksThatAreBrokenAnywhere() throws Exception {
    byte[] tree = tree("100644 f", name("blob", FILE));
    TestPacks pack =
        TestPacks.of(5)
            .whole(TestPacks.COMMIT, commit(name("tree", tree), "", "x"))
            .whole(TestPacks.TREE, tree)
            .whole(TestPacks.BLOB, FILE);
    pack.offsetDelta(pack.last(), FILE.length, "more".getBytes(UTF_8))
        .nameDelta(name("blob", FILE), FILE.length, "name".getBytes(UTF_8));
    byte[] good = pack.end(SHA256);
    Random random = new Random(7);
    int taken = 0;
    for (int round = 0; round < 1_000; round++) {
      byte[] broken = good.clone();
      for (int change = random.nextInt(3); change >= 0; change--) {
        broken[12 + random.nextInt(broken.length - 44)] = (byte) random.nextInt(256);
      }
      MessageDigest digest = MessageDigest.getInstance(SHA256);
      digest.update(broken, 0, broken.length - 32);
      System.arraycopy(digest.digest(), 0, broken, broken.length - 32, 32);
      try {
        var _ = take(broken);
        taken++;
      } catch (IOException e) {
        assertThat(e).isInstanceOf(GitWireException.class);
      }
    }
    assertThat(taken).isLessThan(100);
  }

  private void refuses(byte[] pack, String words) {
    assertThatThrownBy(() -> take(pack))
        .isInstanceOf(GitWireException.class)
        .hasMessageContaining(words);
  }

  private TranslatedPack take(byte[] pack) throws IOException {
    try (KnownNames known = KnownNames.open(home.resolve("none"))) {
      return take(pack, known);
    }
  }

  private TranslatedPack take(byte[] pack, KnownNames known) throws IOException {
    return take(pack, known, 1 << 26);
  }

  private TranslatedPack take(byte[] pack, KnownNames known, long written) throws IOException {
    Path directory = Files.createDirectory(home.resolve("pack" + packs++));
    return Translation.take(new ByteArrayInputStream(pack), directory, known, LIMITS, written);
  }

  private KnownNames names(TranslatedPack made) throws IOException {
    KnownNames names = KnownNames.open(home.resolve("none"));
    for (Path file : made.names()) {
      names.add(file);
    }
    return names;
  }

  private static InMemoryRepository repository(TranslatedPack made) throws IOException {
    InMemoryRepository repository = new InMemoryRepository(new DfsRepositoryDescription("inner"));
    try (ObjectInserter inserter = repository.newObjectInserter();
        InputStream in = Files.newInputStream(made.inner())) {
      PackParser parser = inserter.newPackParser(in);
      parser.setObjectChecking(true);
      parser.setCheckEofAfterPackFooter(true);
      parser.parse(null);
      inserter.flush();
    }
    return repository;
  }

  private static byte[] tree(String entry, byte[] id) throws IOException {
    ByteArrayOutputStream tree = new ByteArrayOutputStream();
    tree.write((entry + "\0").getBytes(UTF_8));
    tree.write(id);
    return tree.toByteArray();
  }

  private static byte[] commit(byte[] tree, String parent, String message) {
    return ("tree "
            + hex(tree)
            + (parent.isEmpty() ? "" : "\nparent " + parent)
            + "\nauthor "
            + WHO
            + "committer "
            + WHO
            + "\n"
            + message
            + "\n")
        .getBytes(UTF_8);
  }

  private static byte[] tag(byte[] commit) {
    return ("object " + hex(commit) + "\ntype commit\ntag v1\ntagger " + WHO + "\nv1\n")
        .getBytes(UTF_8);
  }

  private static byte[] name(String kind, byte[] raw) throws Exception {
    MessageDigest digest = MessageDigest.getInstance(SHA256);
    digest.update((kind + " " + raw.length + "\0").getBytes(UTF_8));
    return digest.digest(raw);
  }

  private static ObjectName outer(String kind, byte[] raw) throws Exception {
    return new ObjectName(hex(name(kind, raw)));
  }

  private static String hex(byte[] name) {
    return HexFormat.of().formatHex(name);
  }
}

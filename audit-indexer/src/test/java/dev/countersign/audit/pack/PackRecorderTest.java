package dev.countersign.audit.pack;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.audit.journal.DataKeys;
import dev.countersign.audit.journal.OwnerKey;
import dev.countersign.audit.journal.OwnerPrivateKey;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PackRecorderTest {

  private static final Instant NOW = Instant.parse("2026-11-26T23:59:00Z");
  private static final int PIECE = 64 << 10;

  @TempDir Path home;
  private OwnerPrivateKey key;
  private OwnerKey owner;
  private RecordedPacks packs;

  @BeforeEach
  void keys() throws IOException {
    key = OwnerPrivateKey.generate();
    owner = OwnerKey.read(Files.writeString(home.resolve("owner.jwk"), key.publicJwk()));
    packs = RecordedPacks.beside(home);
  }

  @Test
  void comesBackWhateverItsLength() throws Exception {
    for (int length : new int[] {1, 32, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE}) {
      byte[] pack = random(length);
      recorder(1 << 30).keep(file(pack), sha256(pack));

      assertThat(open(sha256(pack), key)).isEqualTo(pack);
    }
    assertThat(packs.days()).containsExactly(LocalDate.parse("2026-11-26"));
  }

  @Test
  void nothingOfItLiesReadableAndNobodyElseMayLook() throws Exception {
    byte[] pack = "PACK and a canary that nobody should find ".repeat(9).getBytes(ISO_8859_1);
    recorder(1 << 20).keep(file(pack), sha256(pack));

    Path sealed = packs.file(LocalDate.parse("2026-11-26"), sha256(pack));
    assertThat(Files.readString(sealed, ISO_8859_1)).doesNotContain("canary");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(sealed)))
        .isEqualTo("rw-------");
    assertThatThrownBy(() -> open(sha256(pack), OwnerPrivateKey.generate()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("another owner's key");
  }

  @Test
  void whatIsNotWhatWasJudgedIsNotKept() throws Exception {
    byte[] pack = random(1_000);

    assertThatThrownBy(() -> recorder(1 << 20).keep(file(pack), sha256(random(999))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("not the one of that SHA-256");
    assertThat(left()).isEmpty();
  }

  @Test
  void whatHasNoRoomIsRefusedAndNothingElseGoesForIt() throws Exception {
    byte[] first = random(PIECE);
    byte[] second = random(PIECE);
    PackRecorder recorder = recorder(100_000);
    recorder.keep(file(first), sha256(first));

    assertThat(recorder.hasRoom(PIECE)).isFalse();
    assertThatThrownBy(() -> recorder.keep(file(second), sha256(second)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no room");
    assertThat(open(sha256(first), key)).isEqualTo(first);

    packs.destroy(LocalDate.parse("2026-11-26"));
    recorder.keep(file(second), sha256(second));
    assertThat(open(sha256(second), key)).isEqualTo(second);
  }

  @Test
  void noByteOfItCanBeChangedRemovedOrAdded() throws Exception {
    byte[] pack = random(PIECE + 100);
    String digest = sha256(pack);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PackSeal.seal(new ByteArrayInputStream(pack), digest, pack.length, owner, out);
    byte[] sealed = out.toByteArray();
    Random random = new Random(5);

    for (int i = 0; i < 300; i++) {
      byte[] changed = sealed.clone();
      int at = i < 100 ? i : random.nextInt(sealed.length);
      changed[at] ^= (byte) (1 << random.nextInt(8));
      assertNotOpened(changed, digest);
      assertNotOpened(java.util.Arrays.copyOf(sealed, random.nextInt(sealed.length)), digest);
    }
    assertNotOpened(java.util.Arrays.copyOf(sealed, sealed.length + 1), digest);
    // Pieces of two packs of the same owner cannot be exchanged either.
    ByteArrayOutputStream other = new ByteArrayOutputStream();
    PackSeal.seal(new ByteArrayInputStream(pack), digest, pack.length, owner, other);
    byte[] mixed = other.toByteArray();
    System.arraycopy(sealed, sealed.length - 116, mixed, mixed.length - 116, 116);
    assertNotOpened(mixed, digest);
  }

  @Test
  void randomBytesAreNoSealedPack() {
    Random random = new Random(7);
    for (int i = 0; i < 2_000; i++) {
      byte[] bytes = random(random.nextInt(300));
      if (bytes.length > 8 && random.nextBoolean()) {
        System.arraycopy("CSGITPK1".getBytes(ISO_8859_1), 0, bytes, 0, 8);
      }
      assertNotOpened(bytes, "0".repeat(64));
    }
  }

  @Test
  void oneThatWasDestroyedIsGone() throws Exception {
    byte[] pack = random(100);
    recorder(1 << 20).keep(file(pack), sha256(pack));

    packs.destroy(LocalDate.parse("2026-11-26"));

    assertThat(packs.open(sha256(pack), key, OutputStream.nullOutputStream())).isFalse();
    assertThat(packs.days()).isEmpty();
  }

  @Test
  void whatADeadProcessWasWritingIsClearedAway() throws Exception {
    Files.createDirectories(home.resolve("packs"));
    Files.write(home.resolve("packs/dead.part"), random(10));

    recorder(1 << 20);

    assertThat(left()).isEmpty();
  }

  @Test
  void noPathIsADigest() throws Exception {
    assertThat(packs.open("../../owner", key, OutputStream.nullOutputStream())).isFalse();
  }

  private void assertNotOpened(byte[] sealed, String digest) {
    assertThatThrownBy(
            () ->
                PackSeal.open(
                    new ByteArrayInputStream(sealed), digest, key, OutputStream.nullOutputStream()))
        .isInstanceOf(IOException.class);
  }

  private PackRecorder recorder(long bytes) throws IOException {
    return new PackRecorder(packs, owner, bytes, InstantSource.fixed(NOW));
  }

  private byte[] open(String digest, DataKeys with) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertThat(packs.open(digest, with, out)).isTrue();
    return out.toByteArray();
  }

  private Path file(byte[] bytes) throws IOException {
    return Files.write(home.resolve("pack"), bytes);
  }

  private List<Path> left() throws IOException {
    try (Stream<Path> files = Files.walk(home.resolve("packs"))) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }
}

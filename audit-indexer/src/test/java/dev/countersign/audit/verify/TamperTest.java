package dev.countersign.audit.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.audit.journal.SigningKey;
import dev.countersign.audit.verify.Finding.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What somebody with the files and without the keys may try. */
final class TamperTest {

  @TempDir Path home;
  private Doctored doctored;

  @BeforeEach
  void write() throws IOException {
    doctored = Doctored.in(home.resolve("a"), SigningKey.Algorithm.ED25519);
  }

  @Test
  void aJournalAsItWasWrittenIsSoundWithAndWithoutTheOwnersKey() throws Exception {
    Report without = doctored.verify();
    assertThat(without.findings()).noneMatch(Finding::isFault);
    assertThat(without.records()).isEqualTo(11);
    assertThat(without.covered()).isEqualTo(11);
    assertThat(without.opened()).isZero();
    assertThat(doctored.verifyWithKey().opened()).isEqualTo(11);
    assertThat(doctored.verifyWithKey().isSound()).isTrue();
    assertThat(doctored.verifyAnchored().isSound()).isTrue();
  }

  @Test
  void checkpointsSignedWithP256AreVerifiedToo() throws Exception {
    Doctored p256 = Doctored.in(home.resolve("p256"), SigningKey.Algorithm.P256);
    assertThat(p256.verify().covered()).isEqualTo(11);
    assertThat(p256.verify().isSound()).isTrue();
  }

  @Test
  void gw28_noByteOfAJournalCanBeChangedUnnoticed() throws Exception {
    Random random = new Random(28);
    List<Path> files;
    try (Stream<Path> all = Files.list(doctored.journal)) {
      files =
          all.filter(f -> f.toString().matches(".*\\.(journal|checkpoints)$")).sorted().toList();
    }
    assertThat(files).hasSize(6);
    for (Path file : files) {
      byte[] bytes = Files.readAllBytes(file);
      for (int at = 0; at < bytes.length; at++) {
        byte[] changed = bytes.clone();
        changed[at] ^= (byte) (1 + random.nextInt(255));
        Files.write(file, changed);
        assertThat(doctored.verify().isSound()).as("%s byte %d", file, at).isFalse();
      }
      Files.write(file, bytes);
    }
    assertThat(doctored.verify().isSound()).isTrue();
  }

  @Test
  void gw28_anEditWithAFittingCrcIsNamedWithItsRecord() throws Exception {
    byte[] bytes = Files.readAllBytes(doctored.segment(2));
    List<Integer> borders = doctored.borders(2);
    bytes[borders.get(1) + 70] ^= 1;
    Doctored.fixCrc(bytes, borders.get(1), borders.get(2));
    Files.write(doctored.segment(2), bytes);

    assertThat(doctored.verify().findings())
        .filteredOn(Finding::isFault)
        .extracting(Finding::kind)
        .containsExactly(Kind.EDITED);
    assertThat(doctored.verify().lines()).anyMatch(line -> line.contains("(record 6)"));
  }

  @Test
  void gw28_aDeletedRecordIsNamed() throws Exception {
    byte[] bytes = Files.readAllBytes(doctored.segment(2));
    List<Integer> borders = doctored.borders(2);
    Files.write(
        doctored.segment(2),
        joined(bytes, List.of(0, borders.get(1)), List.of(borders.get(2), bytes.length)));

    assertFault(doctored.verify(), Kind.DELETED, "record 6 is missing before it");
  }

  @Test
  void gw28_aDuplicatedAndASwappedRecordAreNamed() throws Exception {
    byte[] bytes = Files.readAllBytes(doctored.segment(2));
    List<Integer> b = doctored.borders(2);
    Files.write(
        doctored.segment(2),
        joined(
            bytes, List.of(0, b.get(2)), List.of(b.get(1), b.get(2)), List.of(b.get(2), b.get(4))));
    assertFault(doctored.verify(), Kind.INSERTED, "it stands behind record 6");

    Files.write(
        doctored.segment(2),
        joined(
            bytes,
            List.of(0, b.get(1)),
            List.of(b.get(2), b.get(3)),
            List.of(b.get(1), b.get(2)),
            List.of(b.get(3), b.get(4))));
    assertFault(doctored.verify(), Kind.REORDERED, "it stands behind record 7");
  }

  @Test
  void gw28_aMissingSegmentAndSwappedSegmentsAreNamed() throws Exception {
    Path aside = home.resolve("aside");
    Files.move(doctored.segment(2), aside);
    assertFault(doctored.verify(), Kind.DELETED, "segment 2 is missing");
    assertFault(doctored.verify(), Kind.DELETED, "records 5 to 8 before it are missing");

    Files.move(doctored.segment(3), doctored.segment(2));
    Files.move(aside, doctored.segment(3));
    assertFault(doctored.verify(), Kind.REORDERED, "it says that it is segment 3");
  }

  @Test
  void gw28_aCutOffEndIsNamedByTheCheckpointThatKnewIt() throws Exception {
    byte[] bytes = Files.readAllBytes(doctored.segment(3));
    Files.write(doctored.segment(3), Arrays.copyOf(bytes, doctored.borders(3).get(1)));
    assertFault(doctored.verify(), Kind.TRUNCATED, "of 11 records; the journal ends with 9");
  }

  @Test
  void gw28_whatManyCheckpointsTellIsSaidOnce() throws Exception {
    for (int segment = 1; segment <= 3; segment++) {
      Files.delete(doctored.segment(segment));
    }
    assertFault(doctored.verify(), Kind.DELETED, "there is no segment");
    assertThat(doctored.verifyAnchored().findings())
        .filteredOn(finding -> finding.kind() == Kind.TRUNCATED)
        .hasSize(2)
        .allMatch(finding -> finding.what().endsWith("of 11 records; the journal ends with 0"));

    SignerKey stranger = Doctored.in(home.resolve("b"), SigningKey.Algorithm.ED25519).signer();
    assertThat(verifyWith(stranger).findings())
        .filteredOn(finding -> finding.what().startsWith("none of the keys signed it"))
        .hasSize(1);
  }

  @Test
  void gw28_anEndCutOffWithItsCheckpointsIsNamedByTheAnchor() throws Exception {
    Files.delete(doctored.segment(3));
    Files.delete(doctored.checkpoints(3));
    assertThat(doctored.verify().isSound()).isTrue();
    assertThat(doctored.verify().findings())
        .anyMatch(f -> f.kind() == Kind.NOT_PROVEN && f.what().contains("anchor"));

    assertFault(
        doctored.verifyAnchored(), Kind.TRUNCATED, "of 11 records; the journal ends with 8");
    assertFault(doctored.verifyAnchored(), Kind.CHECKPOINT_DROPPED, "11 records");
  }

  @Test
  void gw28_aSnapshotThatWasRolledBackAndGoneOnWithIsNamedByTheAnchor() throws Exception {
    Path snapshot = home.resolve("snapshot");
    Doctored.copy(doctored.journal, snapshot);
    doctored.append(5);
    String seen = doctored.anchored.getLast();
    Doctored.copy(snapshot, doctored.journal);
    doctored.append(9);
    assertThat(doctored.verify().isSound()).isTrue();

    doctored.anchored.add(seen);
    assertFault(doctored.verifyAnchored(), Kind.REWRITTEN, "records up to 16 are not those");
  }

  @Test
  void gw28_aDroppedNewestCheckpointIsNamed() throws Exception {
    String all = Files.readString(doctored.checkpoints(3));
    Files.delete(doctored.checkpoints(3));
    assertFault(doctored.verifyAnchored(), Kind.CHECKPOINT_DROPPED, "of 11 records");
    assertThat(doctored.verify().findings())
        .anyMatch(f -> f.kind() == Kind.NOT_PROVEN && f.what().contains("from 9 on"));

    for (int segment = 1; segment < 3; segment++) {
      Files.delete(doctored.checkpoints(segment));
    }
    assertFault(doctored.verify(), Kind.CHECKPOINT_DROPPED, "there is none");
    assertThat(all).isNotEmpty();
  }

  @Test
  void gw28_aSuffixForgedWithAFittingChainIsNamedByTheSignature() throws Exception {
    rechain(2);

    assertFault(doctored.verify(), Kind.REWRITTEN, "the last that are: up to 4");
  }

  @Test
  void gw28_aWholeJournalWrittenAnewByAnotherSignerIsNamed() throws Exception {
    Doctored other = Doctored.in(home.resolve("b"), SigningKey.Algorithm.ED25519);
    Doctored.copy(other.journal, doctored.journal);

    assertFault(doctored.verify(), Kind.WRONG_KEY, "none of the keys signed it");
    assertFault(doctored.verifyAnchored(), Kind.REWRITTEN, "the anchors know journal");
  }

  @Test
  void aSegmentOfAnotherJournalIsNamed() throws Exception {
    Doctored other = Doctored.in(home.resolve("b"), SigningKey.Algorithm.ED25519);
    Files.write(doctored.segment(2), Files.readAllBytes(other.segment(2)));

    assertFault(doctored.verify(), Kind.INSERTED, "the others of");
  }

  @Test
  void theWrongOwnersKeyIsNamed() throws Exception {
    Doctored other = Doctored.in(home.resolve("b"), SigningKey.Algorithm.ED25519);
    Report report =
        new Verifier(
                doctored.journal,
                Optional.of(OwnerOpener.jwk(Files.readString(other.ownerPrivate))),
                List.of(doctored.signer()),
                List.of())
            .run();

    assertFault(report, Kind.WRONG_KEY, "it is sealed to the key");
    assertThat(report.opened()).isZero();
  }

  @Test
  void gw28_aClockThatWentBackIsNamed() throws Exception {
    byte[] bytes = Files.readAllBytes(doctored.segment(2));
    List<Integer> borders = doctored.borders(2);
    ByteBuffer.wrap(bytes).putLong(borders.get(1) + 20, 1_000_000);
    Doctored.fixCrc(bytes, borders.get(1), borders.get(2));
    Files.write(doctored.segment(2), bytes);

    assertFault(doctored.verify(), Kind.CLOCK_WENT_BACK, "older than the record before it");
  }

  @Test
  void aKeyThatTheOldOneSignedForIsBelievedAndNoOther() throws Exception {
    SignerKey first = doctored.rotate();
    doctored.append(2);
    doctored.rotate();
    doctored.append(2);
    Report report = verifyWith(first);
    assertThat(report.isSound()).as("%s", report.lines()).isTrue();
    assertThat(report.covered()).isEqualTo(15);
    assertThat(report.findings()).filteredOn(f -> f.kind() == Kind.ENDORSED).hasSize(2);

    List<Path> endorsements;
    try (Stream<Path> files = Files.list(doctored.journal)) {
      endorsements = files.filter(f -> f.toString().endsWith(".endorsement")).toList();
    }
    for (Path endorsement : endorsements) {
      String note = Files.readString(endorsement);
      for (int at = 0; at < note.length() - 1; at++) {
        StringBuilder changed = new StringBuilder(note);
        changed.setCharAt(at, note.charAt(at) == 'x' ? 'y' : 'x');
        Files.writeString(endorsement, changed);
        assertThat(verifyWith(first).isSound()).as("byte %d", at).isFalse();
      }
      Files.writeString(endorsement, note);
    }
    Doctored other = Doctored.in(home.resolve("b"), SigningKey.Algorithm.ED25519);
    assertFault(verifyWith(other.signer()), Kind.WRONG_KEY, "is not among those given");
  }

  private Report verifyWith(SignerKey key) throws IOException {
    return new Verifier(doctored.journal, Optional.empty(), List.of(key), List.of()).run();
  }

  @Test
  void gw27_aRecordThatIsBeingWrittenIsNoFault() throws Exception {
    byte[] bytes = Files.readAllBytes(doctored.segment(3));
    byte[] torn = Arrays.copyOf(bytes, bytes.length + 50);
    ByteBuffer.wrap(torn).putInt(bytes.length, 400);
    Files.write(doctored.segment(3), torn);

    assertThat(doctored.verify().isSound()).isTrue();
  }

  @Test
  void randomBytesInPlaceOfFilesAreFaultsAndNothingWorse() throws Exception {
    Random random = new Random(5);
    for (int i = 0; i < 200; i++) {
      byte[] bytes = new byte[random.nextInt(3_000)];
      random.nextBytes(bytes);
      Files.write(i % 2 == 0 ? doctored.segment(2) : doctored.checkpoints(2), bytes);
      boolean empty = bytes.length == 0 && i % 2 == 1;
      assertThat(doctored.verify().isSound()).isEqualTo(empty);
    }
  }

  @Test
  void theProgramSaysTheSameAsJsonAndByItsExitCode() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    String[] args = {
      "--journal", doctored.journal.toString(), "--json", "--key", doctored.ownerPrivate.toString()
    };
    assertThat(VerifyMain.run(args, print(out), print(out))).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).startsWith("{\"sound\":true");
    Files.delete(doctored.segment(2));
    assertThat(VerifyMain.run(args, print(out), print(out))).isEqualTo(1);
    assertThat(VerifyMain.run(new String[] {"--journal"}, print(out), print(out))).isEqualTo(2);
  }

  private static PrintStream print(ByteArrayOutputStream out) {
    return new PrintStream(out, true, StandardCharsets.UTF_8);
  }

  /** Changes the first record of a segment and makes every hash and CRC behind it fit. */
  private void rechain(int number) throws Exception {
    byte[] bytes = Files.readAllBytes(doctored.segment(number));
    List<Integer> borders = doctored.borders(number);
    Bytes chain = Header.parse(bytes, false).chainStart();
    bytes[borders.getFirst() + 65] ^= 1;
    for (int i = 0; i + 1 < borders.size(); i++) {
      int from = borders.get(i);
      int to = borders.get(i + 1);
      JournalRecord record = JournalRecord.parse(Arrays.copyOfRange(bytes, from, to), from, false);
      chain = record.hashAfter(chain);
      System.arraycopy(chain.all(), 0, bytes, to - 36, 32);
      Doctored.fixCrc(bytes, from, to);
    }
    Files.write(doctored.segment(number), bytes);
  }

  @SafeVarargs
  private static byte[] joined(byte[] bytes, List<Integer>... ranges) {
    ByteBuffer out = ByteBuffer.allocate(bytes.length * 2);
    for (List<Integer> range : ranges) {
      out.put(bytes, range.get(0), range.get(1) - range.get(0));
    }
    return Arrays.copyOf(out.array(), out.position());
  }

  private static void assertFault(Report report, Kind kind, String what) {
    assertThat(report.isSound()).isFalse();
    assertThat(report.findings())
        .as("%s", String.join("\n", report.lines()))
        .anyMatch(finding -> finding.kind() == kind && finding.what().contains(what));
  }
}

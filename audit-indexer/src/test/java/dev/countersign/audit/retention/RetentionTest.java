package dev.countersign.audit.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.RecordedEvent;
import dev.countersign.audit.event.SessionId;
import dev.countersign.audit.journal.JournalConfig;
import dev.countersign.audit.journal.JournalReader;
import dev.countersign.audit.journal.OwnerKey;
import dev.countersign.audit.journal.OwnerPrivateKey;
import dev.countersign.audit.journal.SegmentedJournal;
import dev.countersign.audit.journal.Shredding;
import dev.countersign.audit.journal.SigningKey;
import dev.countersign.audit.journal.StoredJournal;
import dev.countersign.audit.pack.RecordedPacks;
import dev.countersign.audit.verify.Finding;
import dev.countersign.audit.verify.Report;
import dev.countersign.audit.verify.SignerKey;
import dev.countersign.audit.verify.Verifier;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RetentionTest {

  private static final Duration PERIOD = Duration.ofDays(400);

  @TempDir Path home;
  private Path directory;
  private Path signing;
  private SigningKey key;
  private JournalConfig config;

  @BeforeEach
  void write() throws IOException {
    directory = home.resolve("journal");
    signing = home.resolve("signing.pem");
    key = SigningKey.in(signing, SigningKey.Algorithm.ED25519);
    Path owner = home.resolve("owner.jwk");
    Files.writeString(owner, OwnerPrivateKey.generate().publicJwk());
    config =
        JournalConfig.at(directory)
            .signed(key)
            .encrypted(
                new JournalConfig.Encryption(
                    OwnerKey.read(owner), home.resolve("local.key"), Duration.ofDays(3)));
    for (int run = 0; run < 3; run++) {
      try (SegmentedJournal journal = SegmentedJournal.open(config)) {
        journal.append(new Event.PolicyActivated("v" + run, "CANARY-" + run, run));
        journal.append(new Event.SessionClosed(new SessionId("s" + run), "left", 1));
      }
    }
  }

  @Test
  void payloadsAndKeysGoWhenTheirTimeIsOverAndTheChainStillVerifies() throws Exception {
    assertThat(apply(in(399))).isZero();
    assertThat(apply(in(401))).isEqualTo(3);

    assertThat(names()).contains("segment-000000000001.shredded", "segment-000000000001.tombstone");
    assertThat(names()).doesNotContain("segment-000000000001.journal");
    assertThat(names()).noneMatch(name -> name.endsWith(".shredding") || name.endsWith(".part"));
    assertThat(directory.resolve("readable/segment-000000000001.key")).doesNotExist();
    Report report = verify();
    assertThat(report.isSound()).as("%s", report.lines()).isTrue();
    assertThat(report.findings())
        .filteredOn(finding -> finding.kind() == Finding.Kind.SHREDDED)
        .hasSize(3)
        .first()
        .matches(finding -> finding.what().contains("records 1-2"))
        .matches(finding -> finding.what().contains("kept for PT9600H"));
    assertThat(events(1))
        .extracting(RecordedEvent::event)
        .filteredOn(Event.SegmentShredded.class::isInstance)
        .hasSize(3);
  }

  @Test
  void packsGoWithTheSegmentsOfTheirDayUnlessTheyAreHeld() throws Exception {
    LocalDate today = LocalDate.ofInstant(Instant.now(), ZoneOffset.UTC);
    for (LocalDate day : List.of(today.minusDays(2), today.minusDays(1), today)) {
      Path folder = Files.createDirectories(directory.resolve("packs").resolve(day.toString()));
      Files.writeString(folder.resolve("0".repeat(64) + ".pack"), "sealed");
    }
    Instant begin = today.minusDays(2).atStartOfDay(ZoneOffset.UTC).toInstant();
    new Holds(directory)
        .place(new Hold("case-19", begin, begin.plusSeconds(60), "audrey", "lawsuit"));

    assertThat(apply(in(399))).isZero();
    assertThat(RecordedPacks.beside(directory).days()).hasSize(3);
    assertThat(apply(in(401))).isEqualTo(3);

    assertThat(RecordedPacks.beside(directory).days()).containsExactly(today.minusDays(2), today);
    assertThat(events(1))
        .extracting(RecordedEvent::event)
        .filteredOn(Event.SegmentShredded.class::isInstance)
        .asString()
        .contains("with packs up to " + today.minusDays(1));
  }

  @Test
  void whatIsHeldStays() throws Exception {
    Holds holds = new Holds(directory);
    Instant now = Instant.now();
    holds.place(
        new Hold("case-17", now.minusSeconds(3_600), now.plusSeconds(3_600), "audrey", "lawsuit"));

    assertThat(apply(in(401))).isZero();

    holds.release("case-17");
    assertThat(apply(in(401))).isEqualTo(3);
  }

  @Test
  void aHoldThatCannotBeReadHoldsEverything() throws Exception {
    Files.createDirectories(directory.resolve("holds"));
    Files.writeString(directory.resolve("holds/case-18.json"), "{\"name\":\"case-18\"}");

    assertThatThrownBy(() -> apply(in(401)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("case-18.json is no hold");
    assertThat(names()).contains("segment-000000000001.journal");

    new Holds(directory).release("case-18");
    assertThat(apply(in(401))).isEqualTo(3);
  }

  @Test
  void whatIsNotKeptElsewhereYetStays() throws Exception {
    try (SegmentedJournal journal = SegmentedJournal.open(config)) {
      assertThat(retention(in(401)).apply(journal, () -> 2)).isEqualTo(2);
    }
    assertThat(names()).contains("segment-000000000003.journal");
  }

  @Test
  void readersGoOnBehindWhatWasShredded() throws Exception {
    apply(in(401));
    List<RecordedEvent> left = events(1);
    assertThat(left.getFirst().sequence()).isEqualTo(7);
    assertThat(StoredJournal.local(directory).isShredded(1, 6)).isTrue();
    assertThat(StoredJournal.local(directory).isShredded(1, 7)).isFalse();
    assertThat(StoredJournal.local(directory).readableFrom()).isEqualTo(7);
  }

  @Test
  void gw28_aSegmentShreddedByAnybodyElseIsNamed() throws Exception {
    apply(in(401));
    Path tombstone = directory.resolve("segment-000000000002.tombstone");
    String note = Files.readString(tombstone);
    Files.writeString(tombstone, note.replace("records 3-4", "records 3-3"));
    assertDeleted("not signed by the gateway");

    Files.writeString(
        tombstone, Files.readString(directory.resolve("segment-000000000001.tombstone")));
    assertDeleted("speaks of something else");

    Files.delete(tombstone);
    assertDeleted("no tombstone says why");
  }

  @Test
  void gw28_noByteOfAShreddedSegmentCanBeChangedUnnoticed() throws Exception {
    apply(in(401));
    Path file = directory.resolve("segment-000000000002.shredded");
    byte[] bytes = Files.readAllBytes(file);
    for (int at = 0; at < bytes.length; at++) {
      byte[] changed = bytes.clone();
      changed[at] ^= 0x41;
      Files.write(file, changed);
      assertThat(verify().isSound()).as("byte %d", at).isFalse();
    }
  }

  @Test
  void aSegmentThatIsNotSoundIsNotShredded() throws Exception {
    Path file = directory.resolve("segment-000000000001.journal");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 40] ^= 1;
    Files.write(file, bytes);

    assertThatThrownBy(() -> apply(in(401))).hasMessageContaining("is not shredded");
    assertThat(file).exists();
  }

  @Test
  void aProcessThatDiedWhileItErasedIsFinishedByTheNext() throws Exception {
    apply(in(401));
    Path left = directory.resolve("segment-000000000001.shredding");
    Files.writeString(left, "half of it");
    assertThat(apply(in(0))).isZero();
    assertThat(left).doesNotExist();
  }

  @Test
  void nothingReadableIsLeftWhereNothingWasEncrypted() throws Exception {
    Path plain = home.resolve("plain");
    for (int run = 0; run < 2; run++) {
      try (SegmentedJournal journal = SegmentedJournal.open(JournalConfig.at(plain).signed(key))) {
        journal.append(new Event.PolicyActivated("v", "CANARY", 1));
      }
    }
    Shredding shredding = new Shredding(plain, key);
    for (Shredding.Closed segment : shredding.closed()) {
      shredding.shred(segment, "test", "over");
    }
    try (Stream<Path> files = Files.list(plain)) {
      for (Path file : files.filter(f -> f.toString().contains("000000000001")).toList()) {
        assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
            .doesNotContain("CANARY");
      }
    }
  }

  private int apply(Instant now) throws IOException, InterruptedException {
    try (SegmentedJournal journal = SegmentedJournal.open(config)) {
      return retention(now).apply(journal, () -> Long.MAX_VALUE);
    }
  }

  private Retention retention(Instant now) {
    return new Retention(
        new Shredding(directory, key),
        RecordedPacks.beside(directory),
        new Holds(directory),
        PERIOD,
        InstantSource.fixed(now));
  }

  private static Instant in(int days) {
    return Instant.now().plus(Duration.ofDays(days));
  }

  private void assertDeleted(String what) throws IOException {
    assertThat(verify().findings())
        .filteredOn(Finding::isFault)
        .anyMatch(f -> f.kind() == Finding.Kind.DELETED && f.what().contains(what));
  }

  private Report verify() throws IOException {
    String pem = Files.readString(signing);
    SignerKey signer = SignerKey.pem(pem.substring(pem.indexOf("-----BEGIN PUBLIC")));
    return new Verifier(directory, Optional.empty(), List.of(signer), List.of()).run();
  }

  private List<RecordedEvent> events(long from) {
    List<RecordedEvent> events = new ArrayList<>();
    try (JournalReader reader = StoredJournal.local(directory).read(from)) {
      for (var next = reader.poll(); next.isPresent(); next = reader.poll()) {
        events.add(next.get());
      }
    }
    return events;
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}

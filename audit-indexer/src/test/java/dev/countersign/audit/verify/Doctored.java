package dev.countersign.audit.verify;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.SessionId;
import dev.countersign.audit.journal.JournalConfig;
import dev.countersign.audit.journal.KeyRotation;
import dev.countersign.audit.journal.OwnerKey;
import dev.countersign.audit.journal.OwnerPrivateKey;
import dev.countersign.audit.journal.SegmentedJournal;
import dev.countersign.audit.journal.SigningKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A small journal of three segments, made by the real writer, to be tampered with. */
final class Doctored {

  final Path journal;
  final Path ownerPrivate;
  final Path signingKey;
  final List<String> anchored = new ArrayList<>();
  private JournalConfig config;

  private Doctored(Path home, SigningKey.Algorithm algorithm) throws IOException {
    journal = home.resolve("journal");
    ownerPrivate = home.resolve("owner-private.jwk");
    signingKey = home.resolve("signing.pem");
    OwnerPrivateKey owner = OwnerPrivateKey.generate();
    Files.writeString(ownerPrivate, owner.privateJwk());
    Path ownerPublic = Files.writeString(home.resolve("owner-public.jwk"), owner.publicJwk());
    config =
        JournalConfig.at(journal)
            .encrypted(
                new JournalConfig.Encryption(
                    OwnerKey.read(ownerPublic), home.resolve("local.key"), Duration.ofDays(3)))
            .signed(SigningKey.in(signingKey, algorithm));
  }

  static Doctored in(Path home, SigningKey.Algorithm algorithm) throws IOException {
    Doctored made = new Doctored(Files.createDirectories(home), algorithm);
    made.append(4);
    made.append(4);
    made.append(3);
    return made;
  }

  /** One run of the writer, which is one segment. */
  void append(int records) {
    try (SegmentedJournal open = SegmentedJournal.open(config)) {
      open.onCheckpoint(anchored::add);
      for (int i = 1; i < records; i++) {
        open.append(new Event.PolicyActivated("v" + i, "workbook", i));
      }
      open.append(new Event.SessionClosed(new SessionId("s"), "left", records));
    }
  }

  /** Signs with a new key from now on; tells the public half of the old one. */
  SignerKey rotate() throws IOException {
    SignerKey old = signer();
    KeyRotation.rotate(journal, signingKey, SigningKey.Algorithm.ED25519);
    config = config.signed(SigningKey.in(signingKey, SigningKey.Algorithm.ED25519));
    return old;
  }

  Path segment(int number) {
    return journal.resolve("segment-%012d.journal".formatted(number));
  }

  Path checkpoints(int number) {
    return journal.resolve("segment-%012d.checkpoints".formatted(number));
  }

  SignerKey signer() throws IOException {
    String pem = Files.readString(signingKey);
    return SignerKey.pem(pem.substring(pem.indexOf("-----BEGIN PUBLIC")));
  }

  Report verify() throws IOException {
    return new Verifier(journal, Optional.empty(), List.of(signer()), List.of()).run();
  }

  Report verifyWithKey() throws IOException {
    return new Verifier(
            journal,
            Optional.of(OwnerOpener.jwk(Files.readString(ownerPrivate))),
            List.of(signer()),
            List.of())
        .run();
  }

  /** With the newest checkpoint that an anchor has seen. */
  Report verifyAnchored() throws IOException {
    Path anchors = Files.createDirectories(journal.resolveSibling("anchors"));
    Files.writeString(anchors.resolve("a.checkpoints"), anchored.getLast() + "\n");
    return new Verifier(journal, Optional.empty(), List.of(signer()), List.of(anchors)).run();
  }

  /** Where the records of a segment begin and, last, where it ends. */
  List<Integer> borders(int number) throws Exception {
    byte[] bytes = Files.readAllBytes(segment(number));
    List<Integer> borders = new ArrayList<>();
    int at = Header.parse(bytes, false).length();
    while (at < bytes.length) {
      borders.add(at);
      at += JournalRecord.OVERHEAD + ByteBuffer.wrap(bytes).getInt(at);
    }
    borders.add(at);
    return borders;
  }

  /** Makes a record's CRC fit what it holds. */
  static void fixCrc(byte[] bytes, int from, int to) {
    ByteBuffer.wrap(bytes).putInt(to - 4, Bytes.crc(bytes, from, to - 4));
  }

  static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> old = Files.list(to)) {
      for (Path file : old.filter(Files::isRegularFile).toList()) {
        Files.delete(file);
      }
    }
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }
}

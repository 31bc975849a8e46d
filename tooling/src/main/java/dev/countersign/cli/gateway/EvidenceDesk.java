package dev.countersign.cli.gateway;

import dev.countersign.audit.evidence.EvidenceKey;
import dev.countersign.audit.evidence.EvidencePackage;
import dev.countersign.audit.evidence.EvidenceRequest;
import dev.countersign.audit.journal.JournalException;
import dev.countersign.audit.journal.StoredJournal;
import dev.countersign.audit.verify.Report;
import dev.countersign.audit.verify.Verifier;
import dev.countersign.cli.Countersign;
import dev.countersign.decision.console.EvidenceRoom;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Evidence out of this gateway's journal.
 *
 * @param key the file of the key that packages are signed with; made when it is first needed
 * @param anchors folders of checkpoints that were kept elsewhere
 */
record EvidenceDesk(StoredJournal journal, Path key, List<Path> anchors) implements EvidenceRoom {

  @Override
  public List<ControlState> states(Period period) throws IOException {
    return read(() -> dev.countersign.audit.evidence.ControlState.of(request(period))).stream()
        .map(
            state ->
                new ControlState(
                    state.id(),
                    state.title(),
                    state.gateway(),
                    state.events(),
                    state.examined(),
                    state.exceptions(),
                    state.outcome()))
        .toList();
  }

  /** Reads the record. */
  private interface Reading<T> {
    T read() throws IOException;
  }

  /** What this machine cannot open any more only its owner can make evidence of. */
  private static <T> T read(Reading<T> reading) throws IOException {
    try {
      return reading.read();
    } catch (JournalException e) {
      throw new IllegalArgumentException(
          "this machine cannot read all of the record: "
              + e.getMessage()
              + "; with the owner's key: countersign audit evidence",
          e);
    }
  }

  private EvidenceRequest request(Period period) {
    return new EvidenceRequest(journal, period.from(), period.until(), period.controls());
  }

  @Override
  public Made make(Period period) throws IOException {
    byte[] zip = read(() -> EvidencePackage.make(request(period), product()));
    byte[] signature = EvidenceKey.open(key).sign(zip);
    var out = new ByteArrayOutputStream();
    try (var outer = new ZipOutputStream(out)) {
      put(outer, "evidence.zip", zip);
      put(outer, "evidence.zip.sig", signature);
      put(outer, "evidence.pub.pem", Files.readAllBytes(EvidenceKey.publicHalf(key)));
    }
    return new Made(ByteBuffer.wrap(out.toByteArray()).asReadOnlyBuffer(), digest(zip));
  }

  private static String product() {
    return Optional.ofNullable(Countersign.class.getPackage().getImplementationVersion())
        .map(version -> "countersign " + version)
        .orElse("countersign (unpackaged)");
  }

  private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(content);
    zip.closeEntry();
  }

  private static String digest(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  @Override
  public Verification verify() throws IOException {
    Report report = new Verifier(journal.directory(), Optional.empty(), List.of(), anchors).run();
    return new Verification(report.isSound(), report.lines());
  }
}

package dev.countersign.audit.verify;

import dev.countersign.audit.verify.Finding.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.UUID;

/**
 * Answers whether a journal is as it was written. Without keys it proves every record; with the
 * owner's key also that payloads are what was committed to; with keys and anchors that were kept
 * elsewhere also that nobody who owned the machine wrote the whole anew, or cut off its end.
 */
public final class Verifier {

  private static final String WHOLE = "the journal";

  private final JournalFolder folder;
  private final Optional<OwnerOpener> owner;
  private final List<SignerKey> pinned;
  private final List<Path> anchors;
  private final List<Finding> findings = new ArrayList<>();
  private long last = Long.MAX_VALUE;

  /**
   * A verification to run once.
   *
   * @param owner opens payloads, if it was given
   * @param pinned keys that checkpoints have to be signed with; if there are none, those that lie
   *     in the journal are believed
   * @param anchors files or folders of checkpoints that were kept elsewhere
   */
  public Verifier(
      Path journal, Optional<OwnerOpener> owner, List<SignerKey> pinned, List<Path> anchors) {
    folder = new JournalFolder(journal);
    this.owner = owner;
    this.pinned = List.copyOf(pinned);
    this.anchors = List.copyOf(anchors);
  }

  /**
   * Looks at everything.
   *
   * @throws IOException if the files cannot be read
   */
  public Report run() throws IOException {
    return runUpTo(Long.MAX_VALUE);
  }

  /**
   * Looks at everything up to the first checkpoint that covers a record, or at everything if none
   * does: what a journal grows by afterwards changes nothing in the report.
   *
   * @throws IOException if the files cannot be read
   */
  public Report runUpTo(long record) throws IOException {
    List<CheckpointNote> made = ownCheckpoints(record);
    long end = made.isEmpty() ? 0 : made.getLast().size();
    last = end >= record ? end : Long.MAX_VALUE;
    List<CheckpointNote> anchored = new AnchorFiles(anchors, findings).read();
    TreeSet<Long> sizes = new TreeSet<>();
    made.forEach(note -> sizes.add(note.size()));
    anchored.forEach(note -> sizes.add(note.size()));
    ChainCheck chain = new ChainCheck(owner, last, sizes, findings);
    SortedMap<Long, Path> segments = folder.segments();
    SortedMap<Long, Path> looked = segments(segments, chain);
    List<SignerKey> keys = keys(chain);
    CheckpointCheck checkpoints = new CheckpointCheck(chain, keys, findings);
    checkpoints.own(made);
    checkpoints.anchored(anchored, made);
    new ShreddedCheck(folder, chain, keys, findings).check(looked);
    notProven(chain, checkpoints);
    return new Report(
        chain.journal().map(UUID::toString).orElse(""),
        chain.segments(),
        chain.records(),
        chain.opened(),
        made.size(),
        checkpoints.covered(),
        findings);
  }

  /** Those up to the first that covers the record. */
  private List<CheckpointNote> ownCheckpoints(long record) throws IOException {
    List<CheckpointNote> all = new ArrayList<>();
    SortedMap<Long, Path> files = folder.checkpoints();
    for (Map.Entry<Long, Path> file : files.entrySet()) {
      String name = String.valueOf(file.getValue().getFileName());
      boolean newest = file.getKey().equals(files.lastKey());
      CheckpointFiles.Read read = CheckpointFiles.read(Files.readAllBytes(file.getValue()), name);
      for (CheckpointNote note : read.notes()) {
        all.add(note);
        if (note.size() >= record) {
          return all;
        }
      }
      read.fault()
          .ifPresent(
              fault ->
                  findings.add(
                      new Finding(
                          newest && fault.cutOff() ? Kind.TRUNCATED : Kind.EDITED,
                          name,
                          fault.what())));
    }
    return all;
  }

  /** Follows the chain; tells which segments it went through. */
  private SortedMap<Long, Path> segments(SortedMap<Long, Path> segments, ChainCheck chain)
      throws IOException {
    if (segments.isEmpty()) {
      findings.add(new Finding(Kind.DELETED, WHOLE, "there is no segment"));
    }
    long expected = 1;
    for (Map.Entry<Long, Path> segment : segments.entrySet()) {
      if (segment.getKey() > expected) {
        findings.add(
            new Finding(
                Kind.DELETED,
                WHOLE,
                segment.getKey() == expected + 1
                    ? "segment " + expected + " is missing"
                    : "segments %d to %d are missing".formatted(expected, segment.getKey() - 1)));
      }
      chain.segment(
          segment.getKey(),
          segment.getValue(),
          segment.getValue().toString().endsWith(".shredded"),
          segment.getKey().equals(segments.lastKey()));
      expected = segment.getKey() + 1;
      if (chain.last() >= last) {
        return segments.headMap(expected);
      }
    }
    return segments;
  }

  /** The keys to verify with; each that a header names has to be among them. */
  private List<SignerKey> keys(ChainCheck chain) throws IOException {
    List<SignerKey> keys = new ArrayList<>(pinned);
    if (pinned.isEmpty()) {
      for (Path file : folder.keys()) {
        try {
          keys.add(SignerKey.pem(Files.readString(file)));
        } catch (IllegalArgumentException | java.nio.charset.CharacterCodingException e) {
          findings.add(
              new Finding(
                  Kind.EDITED, String.valueOf(file.getFileName()), "it holds no key as PEM"));
        }
      }
      if (!chain.signers().isEmpty()) {
        findings.add(
            new Finding(
                Kind.NOT_PROVEN,
                WHOLE,
                "signatures are checked with keys that lie in the journal itself; give the signer's"
                    + " key with --public-key"));
      }
    }
    String journal = chain.journal().map(UUID::toString).orElse("");
    if (!pinned.isEmpty()) {
      keys.addAll(new Endorsements(folder, journal, findings).behind(keys));
    }
    for (Bytes signer : chain.signers()) {
      if (keys.stream().noneMatch(key -> key.id().equals(signer))) {
        findings.add(
            new Finding(
                Kind.WRONG_KEY,
                WHOLE,
                "segments name the signer %s, whose key is not among those given"
                    .formatted(signer)));
      }
    }
    return keys;
  }

  private void notProven(ChainCheck chain, CheckpointCheck checkpoints) {
    String where = WHOLE;
    if (chain.last() > checkpoints.covered()) {
      findings.add(
          new Finding(
              Kind.NOT_PROVEN,
              where,
              "no valid checkpoint covers the records from %d on"
                  .formatted(checkpoints.covered() + 1)));
    }
    if (anchors.isEmpty()) {
      findings.add(
          new Finding(
              Kind.NOT_PROVEN,
              where,
              "without an anchor that was kept elsewhere nothing shows whether the end was cut off"
                  + " together with its checkpoints"));
    }
    if (chain.hasSealedPayloads()) {
      findings.add(
          new Finding(
              Kind.NOT_PROVEN,
              where,
              "payloads are sealed: that they are what was committed to is shown with --key"));
    }
  }
}

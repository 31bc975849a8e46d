package dev.countersign.audit.verify;

import dev.countersign.audit.verify.Finding.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Holds checkpoints, the journal's own and anchored ones, against the chain. */
final class CheckpointCheck {

  private final ChainCheck chain;
  private final List<SignerKey> keys;
  private final List<Finding> findings;
  private long covered;
  private @Nullable CheckpointNote lastGood;
  private boolean rewritten;

  CheckpointCheck(ChainCheck chain, List<SignerKey> keys, List<Finding> findings) {
    this.chain = chain;
    this.keys = keys;
    this.findings = findings;
  }

  /** The newest record under a valid checkpoint. */
  long covered() {
    return covered;
  }

  void own(List<CheckpointNote> notes) {
    @Nullable CheckpointNote before = null;
    List<CheckpointNote> signed = signed(notes);
    for (CheckpointNote note : signed) {
      matches(note);
      if (before != null) {
        order(before, note);
      }
      before = note;
    }
    reach(signed);
    if (notes.isEmpty() && !chain.signers().isEmpty()) {
      findings.add(
          new Finding(
              Kind.CHECKPOINT_DROPPED,
              "the journal",
              "its segments name a signer of checkpoints, but there is none"));
    }
  }

  private void order(CheckpointNote before, CheckpointNote note) {
    if (note.time().isBefore(before.time())) {
      findings.add(
          new Finding(
              Kind.CLOCK_WENT_BACK,
              note.where(),
              "it was made %s before the one above it"
                  .formatted(Duration.between(note.time(), before.time()))));
    }
    if (note.size() < before.size()) {
      findings.add(
          new Finding(
              Kind.REORDERED,
              note.where(),
              "it tells of %d records, the one above it of %d"
                  .formatted(note.size(), before.size())));
    }
  }

  /**
   * Holds what was kept elsewhere against the journal.
   *
   * @param own the checkpoints that are still in it
   */
  void anchored(List<CheckpointNote> notes, List<CheckpointNote> own) {
    Set<String> known = new HashSet<>();
    own.forEach(note -> known.add(note.note().text()));
    Optional<CheckpointNote> dropped = Optional.empty();
    List<CheckpointNote> ofThisJournal = notes.stream().filter(this::isOfThisJournal).toList();
    List<CheckpointNote> signed = signed(ofThisJournal);
    for (CheckpointNote note : signed) {
      matches(note);
      if (!known.contains(note.note().text())) {
        dropped = Optional.of(note);
      }
    }
    reach(signed);
    if (!notes.isEmpty() && ofThisJournal.isEmpty()) {
      findings.add(
          new Finding(
              Kind.REWRITTEN,
              "the journal",
              "the anchors know journal %s; this is %s"
                  .formatted(
                      notes.getLast().journal(),
                      chain.journal().map(Object::toString).orElse("none"))));
    }
    dropped.ifPresent(
        note ->
            findings.add(
                new Finding(
                    Kind.CHECKPOINT_DROPPED,
                    note.where(),
                    "the journal does not have this checkpoint of %d records, made %s"
                        .formatted(note.size(), note.time()))));
  }

  private boolean isOfThisJournal(CheckpointNote note) {
    return chain.journal().map(note.journal()::equals).orElse(true);
  }

  /** Those that one of the keys signed. If that is none, it is the key: it is said once. */
  private List<CheckpointNote> signed(List<CheckpointNote> notes) {
    List<CheckpointNote> signed = new ArrayList<>();
    List<CheckpointNote> others = new ArrayList<>();
    notes.forEach(note -> (isSigned(note) ? signed : others).add(note));
    boolean isKey = signed.isEmpty() && others.size() > 1;
    for (CheckpointNote note : isKey ? others.subList(0, 1) : others) {
      findings.add(
          new Finding(
              Kind.WRONG_KEY,
              note.where(),
              isKey
                  ? "none of the keys signed it, nor any of the %d others: they were changed, or another key was used"
                      .formatted(others.size() - 1)
                  : "none of the keys signed it: it was changed, or another key was used"));
    }
    return signed;
  }

  private boolean isSigned(CheckpointNote note) {
    return keys.stream().anyMatch(key -> key.signed(note.note()));
  }

  /** That the journal is as long as they tell: from the first on that it is not, said once. */
  private void reach(List<CheckpointNote> signed) {
    List<CheckpointNote> beyond =
        signed.stream()
            .filter(note -> isOfThisJournal(note) && note.size() > chain.last())
            .toList();
    if (!beyond.isEmpty()) {
      CheckpointNote most = Collections.max(beyond, Comparator.comparingLong(CheckpointNote::size));
      String others =
          beyond.size() == 1
              ? "it tells"
              : "from this one on %d tell of more than there is, at most".formatted(beyond.size());
      findings.add(
          new Finding(
              Kind.TRUNCATED,
              beyond.getFirst().where(),
              "%s of %d records; the journal ends with %d"
                  .formatted(others, most.size(), chain.last())));
    }
  }

  private void matches(CheckpointNote note) {
    if (!isOfThisJournal(note)) {
      findings.add(new Finding(Kind.INSERTED, note.where(), "it is of journal " + note.journal()));
      return;
    }
    Optional<Bytes> root = chain.root(note.size());
    if (root.isEmpty()) {
      return; // the record is among those that are named as missing, or behind the end
    }
    boolean same =
        root.get().equals(note.root())
            && chain.chain(note.size()).map(note.chain()::equals).orElse(false);
    if (same) {
      covered = Math.max(covered, note.size());
      lastGood = lastGood == null || note.size() > lastGood.size() ? note : lastGood;
    } else if (!rewritten) {
      rewritten = true;
      findings.add(
          new Finding(
              Kind.REWRITTEN,
              note.where(),
              "records up to %d are not those that were signed at %s; the last that are: %s"
                  .formatted(
                      note.size(),
                      note.time(),
                      lastGood == null ? "none" : "up to " + lastGood.size())));
    }
  }
}

package dev.countersign.audit.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Files of checkpoints, one under the other. */
final class CheckpointFiles {

  /** What a file holds besides whole checkpoints. */
  record Fault(String what, boolean cutOff) {}

  /** What was read. */
  record Read(List<CheckpointNote> notes, Optional<Fault> fault) {}

  private CheckpointFiles() {}

  static Read read(byte[] file, String name) {
    Note.Parsed parsed = Note.parseAll(file);
    List<CheckpointNote> notes = new ArrayList<>();
    for (Note note : parsed.notes()) {
      String where = name + ", checkpoint " + (notes.size() + 1);
      Optional<CheckpointNote> checkpoint = CheckpointNote.of(note, where);
      if (checkpoint.isEmpty()) {
        return new Read(notes, Optional.of(new Fault(where + " is none", false)));
      }
      notes.add(checkpoint.get());
    }
    if (parsed.rest().isEmpty()) {
      return new Read(notes, Optional.empty());
    }
    return new Read(
        notes,
        Optional.of(
            new Fault("what is behind checkpoint " + notes.size() + " is no checkpoint", false)));
  }
}

package dev.countersign.decision.console;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** How the record is, as the console shows it: a port to the journal and what follows it. */
public interface Health {

  /**
   * The state of the record.
   *
   * @param appended the sequence of the last event
   * @param checkpoint when the last checkpoint was signed, if any was
   * @param anchors where checkpoints are brought to
   * @param indexed the sequence up to which the search server has everything, if there is one
   * @param encrypted whether recordings can be read by their owner only
   */
  record State(
      long appended,
      Optional<Instant> checkpoint,
      List<String> anchors,
      Optional<Long> indexed,
      boolean encrypted) {
    public State {
      requireNonNull(checkpoint, "checkpoint");
      anchors = List.copyOf(anchors);
      requireNonNull(indexed, "indexed");
    }
  }

  State now();
}

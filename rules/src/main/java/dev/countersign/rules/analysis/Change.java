package dev.countersign.rules.analysis;

import static java.util.Objects.requireNonNull;

import dev.countersign.rules.policy.PolicyVersion;
import java.util.Optional;

/**
 * A command of which another policy makes something else.
 *
 * @param words what changes, e.g. {@code allow → mask}
 */
public record Change(Command command, Outcome before, Outcome after, String words) {

  public Change {
    requireNonNull(command, "command");
    requireNonNull(before, "before");
    requireNonNull(after, "after");
    requireNonNull(words, "words");
  }

  /** What becomes different when one policy takes the place of another. */
  public static Optional<Change> between(
      PolicyVersion before, PolicyVersion after, Command command) {
    return of(command, Outcome.of(before, command), Outcome.of(after, command));
  }

  /**
   * What a policy would have made of a command that was recorded.
   *
   * @param recorded what came of it
   * @param floor what the gateway itself said of it, which no policy can lift
   */
  public static Optional<Change> since(
      Outcome recorded, Optional<Outcome> floor, PolicyVersion after, Command command) {
    Outcome now = Outcome.of(after, command);
    return of(command, recorded, floor.map(now::or).orElse(now));
  }

  private static Optional<Change> of(Command command, Outcome before, Outcome after) {
    return after.changeFrom(before).map(words -> new Change(command, before, after, words));
  }
}

package dev.countersign.decision.grant;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What is left of a grant that may be for one command only, for doors whose commands have a
 * canonical text. Once the command has run nothing is left. Safe for any number of threads.
 */
public final class SingleCommand {

  private static final String SPENT = "the grant was for one command, which has run";

  private final GrantScope scope;
  private final AtomicBoolean spent = new AtomicBoolean();

  public SingleCommand(GrantScope scope) {
    this.scope = requireNonNull(scope, "scope");
  }

  /**
   * Claims the one run for a command.
   *
   * @param text all of its canonical text
   * @return why it is not for this one, or not any more; empty if it is, or if any may run
   */
  public Optional<String> claim(String text) {
    if (scope.statement().isEmpty()) {
      return Optional.empty();
    }
    Optional<String> other = scope.objection(text);
    return other.isPresent() || spent.compareAndSet(false, true) ? other : Optional.of(SPENT);
  }

  /**
   * What {@link #claim} would say, without claiming anything.
   *
   * @param text all of the command's canonical text
   */
  public Optional<String> objection(String text) {
    if (scope.statement().isEmpty()) {
      return Optional.empty();
    }
    Optional<String> other = scope.objection(text);
    return other.isPresent() || !spent.get() ? other : Optional.of(SPENT);
  }

  /** The command that claimed the run did not run after all. */
  public void giveBack() {
    spent.set(false);
  }
}

package dev.countersign.decision.emergency;

import static java.util.Objects.requireNonNull;

import dev.countersign.rules.fact.Subject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * An emergency that one person has proposed. Times are the database's.
 *
 * <pre>
 * PROPOSED ── a second person ──► OPEN ── its time ───► EXPIRED ─┐
 *     └────── nobody in time ──► LAPSED   └── somebody ─► CLOSED ┴─► reviewed
 * </pre>
 *
 * @param id short enough to type
 * @param resources on which it holds
 * @param until when the proposal lapses, or the emergency ends by itself
 * @param opened who opened it, and when
 * @param ended how it ended
 * @param review what somebody who did not open it says of what was done
 */
public record Emergency(
    String id,
    State state,
    List<String> resources,
    Duration window,
    String reason,
    Word proposed,
    Instant until,
    Optional<Word> opened,
    Optional<Ending> ended,
    Optional<Word> review) {

  /** Where an emergency stands. */
  public enum State {
    PROPOSED,
    LAPSED,
    OPEN,
    CLOSED,
    EXPIRED
  }

  /** What a person said of it. */
  public record Word(Subject by, Instant at, String comment) {}

  /**
   * How it ended.
   *
   * @param by who ended it, if anybody did
   */
  public record Ending(Optional<Subject> by, Instant at, String comment) {}

  public Emergency {
    requireNonNull(state, "state");
    resources = List.copyOf(resources);
    requireNonNull(opened, "opened");
    requireNonNull(ended, "ended");
    requireNonNull(review, "review");
  }

  /** Whether somebody has to look at what was done. */
  public boolean needsReview() {
    return opened.isPresent() && ended.isPresent() && review.isEmpty();
  }

  boolean wasOpenedByPartyOf(Subject subject) {
    return proposed.by().isPartyOf(subject)
        || opened.filter(word -> word.by().isPartyOf(subject)).isPresent();
  }

  boolean wasOpenedBy(Subject subject) {
    return proposed.by().isSameAs(subject)
        || opened.filter(word -> word.by().isSameAs(subject)).isPresent();
  }
}

package dev.countersign.audit.reconcile;

import java.time.Instant;

/**
 * Something that one side knows and the other does not.
 *
 * @param where a file and line of the upstream, or a decision of ours
 * @param who as that side names them
 * @param what an excerpt, made visible by whoever shows it
 */
public record Difference(Kind kind, Instant time, String where, String who, String what) {

  /** What it means. */
  public enum Kind {
    /** The upstream did it, and no command of ours was it. */
    PAST_US("reached the upstream without passing the gateway"),
    /** The upstream did it under the name of a session of ours that was not let to. */
    NOT_RELEASED("ran although the gateway did not release it"),
    /** We released it and were told that it was done; the upstream's log does not have it. */
    NEVER_SEEN("was released and reported as done, but is not in the upstream's log");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    public String words() {
      return words;
    }
  }

  static final int EXCERPT = 300;

  public Difference {
    what = what.length() > EXCERPT ? what.substring(0, EXCERPT) + "…" : what;
  }
}

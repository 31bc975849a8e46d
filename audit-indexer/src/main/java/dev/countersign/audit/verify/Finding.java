package dev.countersign.audit.verify;

/**
 * One thing that does not fit, or that a reader of the result should know.
 *
 * @param where file and offset or sequence
 */
public record Finding(Kind kind, String where, String what) {

  /** What was done to a journal. */
  public enum Kind {
    EDITED(true),
    DELETED(true),
    INSERTED(true),
    REORDERED(true),
    /** Records at the end are missing that were there once. */
    TRUNCATED(true),
    /** Other records than those that were signed or anchored. */
    REWRITTEN(true),
    /** A checkpoint is missing that somebody else has seen. */
    CHECKPOINT_DROPPED(true),
    WRONG_KEY(true),
    CLOCK_WENT_BACK(true),
    /** A key and its payloads were destroyed, and a signed tombstone says so. */
    SHREDDED(false),
    /** Records that a failed fsync may have lost, as the journal itself says. */
    LOST(false),
    /** A key is believed because one that is believed signed for it. */
    ENDORSED(false),
    /** Something that is no proof of anything, for want of a key, a checkpoint or an anchor. */
    NOT_PROVEN(false);

    private final boolean fault;

    Kind(boolean fault) {
      this.fault = fault;
    }
  }

  public boolean isFault() {
    return kind.fault;
  }

  @Override
  public String toString() {
    return kind.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ')
        + ": "
        + where
        + ": "
        + what;
  }
}

package dev.countersign.audit.journal;

import org.jspecify.annotations.Nullable;

/** The journal cannot be written or read. Nothing may be released until it can. */
public sealed class JournalException extends RuntimeException {

  /** What whoever wanted something done is told, in whatever protocol. */
  public static final String TO_CLIENTS = "the journal cannot be written; nothing runs unrecorded";

  private static final long serialVersionUID = 1;

  private JournalException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** The storage refuses writes: disk full, read-only, an fsync error. */
  public static final class Unwritable extends JournalException {
    private static final long serialVersionUID = 1;

    public Unwritable(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** What is stored is not what was written. */
  public static final class Damaged extends JournalException {
    private static final long serialVersionUID = 1;

    public Damaged(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** What is asked for is encrypted to the owner, and whoever reads has no key. */
  public static final class Sealed extends JournalException {
    private static final long serialVersionUID = 1;

    public Sealed(String message) {
      super(message, null);
    }
  }
}

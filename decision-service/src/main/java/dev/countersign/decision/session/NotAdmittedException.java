package dev.countersign.decision.session;

import static java.util.Objects.requireNonNull;

import dev.countersign.audit.journal.JournalException;

/** Somebody may not come in. The message is one line for the subject. */
public final class NotAdmittedException extends Exception {

  private static final long serialVersionUID = 1;

  private final String hint;
  private final boolean forNow;

  public NotAdmittedException(String message, String hint) {
    this(message, hint, false);
  }

  private NotAdmittedException(String message, String hint, boolean forNow) {
    super(message);
    this.hint = requireNonNull(hint, "hint");
    this.forNow = forNow;
  }

  /** Nobody can tell who may come in. */
  public static NotAdmittedException databaseAway() {
    return new NotAdmittedException(
        "the gateway's own database does not answer; nobody new is let in until it does",
        "Try again in a moment; open sessions go on.",
        true);
  }

  /** Nobody comes in unrecorded. */
  public static NotAdmittedException unrecorded(JournalException cause) {
    NotAdmittedException why =
        new NotAdmittedException(JournalException.TO_CLIENTS, "Try again in a moment.", true);
    why.initCause(cause);
    return why;
  }

  /** Whether it is the gateway's fault and nothing is said against who wants to come in. */
  public boolean isForNow() {
    return forNow;
  }

  /** What to do instead. */
  public String hint() {
    return hint;
  }
}

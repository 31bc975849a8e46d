package dev.countersign.decision.session;

import static java.util.Objects.requireNonNull;

/** Somebody may not come in. The message is one line for the subject. */
public final class NotAdmittedException extends Exception {

  private static final long serialVersionUID = 1;

  private final String hint;

  public NotAdmittedException(String message, String hint) {
    super(message);
    this.hint = requireNonNull(hint, "hint");
  }

  /** What to do instead. */
  public String hint() {
    return hint;
  }
}

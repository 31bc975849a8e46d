package dev.countersign.decision.session;

/** A subject has as many sessions open as it may have. */
public final class TooManySessionsException extends Exception {

  private static final long serialVersionUID = 1;

  TooManySessionsException(int most) {
    super("there are " + most + " sessions open already");
  }
}

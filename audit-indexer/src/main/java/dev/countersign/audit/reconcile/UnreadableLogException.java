package dev.countersign.audit.reconcile;

import java.io.IOException;

/** A log is not what it should be; says where. */
public final class UnreadableLogException extends IOException {

  private static final long serialVersionUID = 1;

  UnreadableLogException(String where, String why) {
    super(where + ": " + why);
  }
}

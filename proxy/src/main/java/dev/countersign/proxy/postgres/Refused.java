package dev.countersign.proxy.postgres;

import static java.util.Objects.requireNonNull;

/** A session does not come about; holds what the client is told. */
final class Refused extends Exception {

  private static final long serialVersionUID = 1;

  private final transient Refusal refusal;

  Refused(Refusal refusal) {
    super(refusal.message());
    this.refusal = requireNonNull(refusal, "refusal");
  }

  Refusal refusal() {
    return refusal;
  }
}

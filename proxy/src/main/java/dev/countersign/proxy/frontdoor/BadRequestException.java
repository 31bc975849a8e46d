package dev.countersign.proxy.frontdoor;

/** A request that is not let in, whatever it asks for: its form is wrong or ambiguous. */
final class BadRequestException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final int status;

  /** Without a stack trace: clients make these happen as often as they like. */
  BadRequestException(int status, String reason) {
    super(reason, null, false, false);
    this.status = status;
  }

  static BadRequestException malformed(String reason) {
    return new BadRequestException(400, reason);
  }

  int status() {
    return status;
  }
}

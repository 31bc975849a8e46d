package dev.countersign.decision.console;

/** A request that gets a page with a reason instead of what it asked for. */
final class Refusal extends Exception {

  private static final long serialVersionUID = 1;

  private final int status;

  private final String hint;

  private Refusal(int status, String message, String hint) {
    super(message);
    this.status = status;
    this.hint = hint;
  }

  static Refusal notFound(String what) {
    return new Refusal(404, what, "Perhaps it ended long ago, or is not for you to see.");
  }

  static Refusal forbidden(String message, String hint) {
    return new Refusal(403, message, hint);
  }

  static Refusal conflict(String message, String hint) {
    return new Refusal(409, message, hint);
  }

  static Refusal badRequest(String message) {
    return new Refusal(400, message, "");
  }

  static Refusal tooLarge(String message) {
    return new Refusal(413, message, "");
  }

  static Refusal misdirected(String message, String hint) {
    return new Refusal(421, message, hint);
  }

  static Refusal internal() {
    return new Refusal(500, "Something is broken here.", "The gateway's log says what.");
  }

  int status() {
    return status;
  }

  String hint() {
    return hint;
  }

  /** The message, which is never null. */
  String message() {
    return String.valueOf(getMessage());
  }
}

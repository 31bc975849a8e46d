package dev.countersign.proxy.kubernetes.request;

/** A request that could mean two things, or one that nobody here understands. */
public final class UnclearRequestException extends Exception {

  private static final long serialVersionUID = 1;

  private final int status;

  /**
   * @param status of HTTP
   * @param reason what is wrong and where; never a value from a body
   */
  public UnclearRequestException(int status, String reason) {
    super(reason, null, false, false);
    this.status = status;
  }

  static UnclearRequestException malformed(String reason) {
    return new UnclearRequestException(400, reason);
  }

  public int status() {
    return status;
  }

  /** What is wrong. */
  public String reason() {
    return String.valueOf(getMessage());
  }
}

package dev.countersign.proxy.frontdoor;

/** Nobody needs to be asked: the upstream would not carry the command out anyway. */
public final class MootException extends Exception {

  private static final long serialVersionUID = 1;

  private final String code;

  /**
   * @param code of the failure, as the record has it: an HTTP status
   * @param message one line for the client
   */
  public MootException(String code, String message) {
    super(message, null, false, false);
    this.code = code;
  }

  /** The code of the failure. */
  public String code() {
    return code;
  }
}

package dev.countersign.decision.authzen;

/**
 * A request that does not say what it must; the message says where, what was found, what may be.
 */
public final class MalformedRequestException extends Exception {

  private static final long serialVersionUID = 1;

  /**
   * @param pointer where, as RFC 6901 writes it
   */
  MalformedRequestException(String pointer, String found, String allowed) {
    super((pointer.isEmpty() ? "/" : pointer) + ": found " + found + "; allowed: " + allowed);
  }
}

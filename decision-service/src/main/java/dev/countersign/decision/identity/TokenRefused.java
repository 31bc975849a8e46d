package dev.countersign.decision.identity;

/** A token is not good. The message says why and never holds the token. */
public final class TokenRefused extends Exception {

  private static final long serialVersionUID = 1;

  public TokenRefused(String message) {
    super(message);
  }

  public TokenRefused(String message, Throwable cause) {
    super(message, cause);
  }
}

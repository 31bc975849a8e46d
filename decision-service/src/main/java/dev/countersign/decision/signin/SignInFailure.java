package dev.countersign.decision.signin;

/** Somebody is not signed in after all. The message is for them and never holds a token. */
public final class SignInFailure extends Exception {

  private static final long serialVersionUID = 1;

  public SignInFailure(String message) {
    super(message);
  }

  SignInFailure(String message, Throwable cause) {
    super(message, cause);
  }
}

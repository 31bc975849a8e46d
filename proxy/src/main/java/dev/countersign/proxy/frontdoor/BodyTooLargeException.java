package dev.countersign.proxy.frontdoor;

import java.io.IOException;

/** A request whose body is longer than its door takes. */
public final class BodyTooLargeException extends IOException {

  private static final long serialVersionUID = 1;

  public BodyTooLargeException(long limit) {
    super("the body is longer than " + limit + " bytes");
  }
}

package dev.countersign.proxy.git;

import java.io.IOException;

/** The upstream cannot be reached, or does not do what it should. Fit for the client. */
final class UpstreamException extends IOException {

  private static final long serialVersionUID = 1;

  UpstreamException(String message) {
    super(message);
  }

  UpstreamException(String message, Throwable cause) {
    super(message, cause);
  }
}

package dev.countersign.proxy.git;

import java.io.IOException;

/** The upstream cannot be reached, or does not do what it should. Fit for the client. */
class UpstreamException extends IOException {

  private static final long serialVersionUID = 1;

  /** It was not even asked, or has said no: what was to be done has not been, and will not be. */
  static final class Undone extends UpstreamException {

    private static final long serialVersionUID = 1;

    Undone(String message) {
      super(message);
    }

    Undone(String message, Throwable cause) {
      super(message, cause);
    }
  }

  UpstreamException(String message) {
    super(message);
  }

  UpstreamException(String message, Throwable cause) {
    super(message, cause);
  }
}

package dev.countersign.proxy.kubernetes.wire;

import java.io.IOException;
import java.time.Duration;

/** An API server that cannot be reached, or that answers what is not HTTP. */
public sealed class UpstreamException extends IOException {

  private static final long serialVersionUID = 1;

  public UpstreamException(String message) {
    super(message);
  }

  public UpstreamException(String message, Throwable cause) {
    super(message, cause);
  }

  /** One that was asked, and may be at it still. */
  static final class Silent extends UpstreamException {

    private static final long serialVersionUID = 1;

    Silent(Duration patience, Throwable cause) {
      super("the API server has said nothing for " + patience.toSeconds() + " s", cause);
    }
  }
}

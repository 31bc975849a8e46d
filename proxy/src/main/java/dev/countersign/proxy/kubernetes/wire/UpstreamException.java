package dev.countersign.proxy.kubernetes.wire;

import java.io.IOException;
import java.time.Duration;

/** An API server that cannot be reached, or that answers what is not HTTP. */
public final class UpstreamException extends IOException {

  private static final long serialVersionUID = 1;

  private final boolean isSilence;

  public UpstreamException(String message) {
    super(message);
    isSilence = false;
  }

  public UpstreamException(String message, Throwable cause) {
    this(message, cause, false);
  }

  private UpstreamException(String message, Throwable cause, boolean isSilence) {
    super(message, cause);
    this.isSilence = isSilence;
  }

  static UpstreamException silent(Duration patience, Throwable cause) {
    return new UpstreamException(
        "the API server has said nothing for " + patience.toSeconds() + " s", cause, true);
  }

  /** Whether the server was asked, and may be at it still. */
  boolean isSilence() {
    return isSilence;
  }
}

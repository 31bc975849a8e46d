package dev.countersign.proxy.kubernetes.wire;

import java.io.IOException;

/** An API server that cannot be reached, or that answers what is not HTTP. */
public final class UpstreamException extends IOException {

  private static final long serialVersionUID = 1;

  public UpstreamException(String message) {
    super(message);
  }

  public UpstreamException(String message, Throwable cause) {
    super(message, cause);
  }
}

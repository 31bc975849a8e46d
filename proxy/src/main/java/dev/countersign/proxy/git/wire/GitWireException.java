package dev.countersign.proxy.git.wire;

import java.io.IOException;

/**
 * Bytes that are no git protocol, or more of it than is taken. The message is fit for the client.
 */
public final class GitWireException extends IOException {

  private static final long serialVersionUID = 1;

  public GitWireException(String message) {
    super(message);
  }
}

package dev.countersign.proxy.frontdoor;

import java.io.IOException;

/** A front door that speaks HTTP. It owns everything below one first segment of the path. */
@FunctionalInterface
public interface HttpDoor {

  /**
   * Answers one request, on a virtual thread of its own that may block.
   *
   * @throws IOException if the client or the upstream cannot be reached any more: the client is
   *     told so if it can still be told anything
   */
  void handle(HttpExchange exchange) throws IOException, InterruptedException;

  /** Ends what goes on, within a moment: whoever is still there is hung up on then. */
  default void dismiss() {}
}

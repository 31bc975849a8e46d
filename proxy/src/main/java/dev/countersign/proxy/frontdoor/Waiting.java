package dev.countersign.proxy.frontdoor;

import dev.countersign.decision.approval.Approvals;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Somebody whose command waits for a human, and who wants to be told so. */
@FunctionalInterface
public interface Waiting {

  /** Waits in silence. */
  Waiting SILENT = pending -> {};

  /**
   * Says that the command waits: at once, and then every few seconds.
   *
   * @throws IOException if the client cannot be told: it has gone, and the request is withdrawn
   */
  void told(Approvals.Pending pending) throws IOException;

  /** Completes when the client goes away, where that can be known. */
  default CompletionStage<Void> gone() {
    return new CompletableFuture<>();
  }

  /**
   * Whether the client stays until there is an answer. Another is refused at once, comes again with
   * the same command, and gets the answer then.
   */
  default boolean stays() {
    return true;
  }
}

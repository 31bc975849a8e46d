package dev.countersign.proxy.kubernetes;

import dev.countersign.decision.approval.Approvals;
import dev.countersign.proxy.frontdoor.HttpExchange;
import dev.countersign.proxy.frontdoor.Waiting;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A client of HTTP whose request waits: nothing can be told to it before the answer. */
final class AtClient implements Waiting {

  private final boolean stays;
  private final CompletableFuture<Void> gone = new CompletableFuture<>();

  /**
   * @param stays whether it waits, or comes again
   */
  AtClient(HttpExchange exchange, boolean stays) {
    this.stays = stays;
    exchange.onClosed(() -> gone.complete(null));
  }

  @Override
  public void told(Approvals.Pending pending) {
    // The answer has one head, and it says how it ended.
  }

  @Override
  public CompletionStage<Void> gone() {
    return gone;
  }

  @Override
  public boolean stays() {
    return stays;
  }
}

package dev.countersign.proxy.kubernetes;

import dev.countersign.decision.approval.Approvals;
import dev.countersign.proxy.frontdoor.HttpExchange;
import dev.countersign.proxy.frontdoor.Turns;
import dev.countersign.proxy.frontdoor.Waiting;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A client of HTTP whose request waits: nothing can be told to it before the answer. */
final class AtClient implements Waiting {

  private final boolean stays;
  private final Optional<Turns.Turn> turn;
  private final CompletableFuture<Void> gone = new CompletableFuture<>();

  /**
   * @param stays whether it waits, or comes again
   * @param turn in which it is served, if it takes one
   */
  AtClient(HttpExchange exchange, boolean stays, Optional<Turns.Turn> turn) {
    this.stays = stays;
    this.turn = turn;
    exchange.onClosed(() -> gone.complete(null));
  }

  @Override
  public void told(Approvals.Pending pending) {
    // To the client nothing is told: the answer has one head, and it says how it ended.
    turn.ifPresent(Turns.Turn::pause);
  }

  /** Nothing keeps it any more, whoever had to be asked. */
  void goesOn() {
    turn.ifPresent(Turns.Turn::resume);
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

package dev.countersign.decision.approval;

import dev.countersign.decision.approval.ApprovalTable.Ended;
import dev.countersign.decision.store.Database;
import dev.countersign.decision.store.Listening;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Those who wait in this process. One thread of its own listens to the database's notifications,
 * looks for answers it was not told of, ends what is over its time, and says that this process
 * lives.
 *
 * <p>While the database is away everybody waits on; but nobody waits much longer than the request's
 * own time: then it counts as expired here, whatever was answered there.
 */
final class WaitingRoom implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(WaitingRoom.class);

  /** How much longer than its time a request waits for the database to say that it expired. */
  private static final Duration GRACE = Duration.ofSeconds(5);

  private static final Duration HOUSEKEEPING = Duration.ofSeconds(1);

  private record Waiting(String digest, long deadline, CompletableFuture<Outcome> outcome) {}

  private final ApprovalTable table;
  private final ApprovalLimits limits;
  private final UUID waiter;
  private final Map<String, Waiting> waiting = new ConcurrentHashMap<>();
  private final Listening listening;
  private volatile boolean open = true;
  private long nextHousekeeping = System.nanoTime();

  WaitingRoom(Database database, ApprovalTable table, ApprovalLimits limits, UUID waiter) {
    this.table = table;
    this.limits = limits;
    this.waiter = waiter;
    this.listening =
        new Listening(
            database,
            "approval-answers",
            List.of("countersign_approval"),
            limits.pollInterval(),
            new Listening.Listener() {
              @Override
              public void look() {
                housekeeping();
                settle();
              }

              @Override
              public void away() {
                expireHere();
              }
            });
  }

  void open() {
    table.heartbeat(waiter);
    table.sweep(limits.orphanedAfter());
    listening.start();
  }

  /** Waits for the end of a request that is filed. */
  CompletionStage<Outcome> enter(String id, String digest, Duration expiry) {
    long deadline = System.nanoTime() + expiry.plus(GRACE).toNanos();
    var entry = new Waiting(digest, deadline, new CompletableFuture<>());
    waiting.put(id, entry);
    if (!open) {
      leave();
    }
    return entry.outcome().minimalCompletionStage();
  }

  /** Tells those whose request has ended. */
  void settle() {
    if (!waiting.isEmpty()) {
      table.ended(List.copyOf(waiting.keySet())).forEach(this::tell);
    }
  }

  private void tell(Ended ended) {
    Waiting entry = waiting.remove(ended.id());
    if (entry != null) {
      complete(entry, outcome(ended, entry));
    }
  }

  private static Outcome outcome(Ended ended, Waiting entry) {
    if (!ended.digest().equals(entry.digest())) {
      return new Outcome.Withdrawn("what is stored is not what was asked");
    }
    return switch (ended.state()) {
      case APPROVED ->
          new Outcome.Approved(ended.by().orElseThrow(), ended.comment(), entry.digest());
      case DENIED -> new Outcome.Denied(ended.by().orElseThrow(), ended.comment());
      case EXPIRED -> new Outcome.Expired();
      case WITHDRAWN -> new Outcome.Withdrawn(ended.comment());
      // Somebody took this gateway for dead: what was said meanwhile is not for it any more.
      case EXECUTED, FAILED -> new Outcome.Withdrawn("the approval was given up meanwhile");
      case WAITING -> throw new IllegalStateException(ended.id() + " has not ended");
    };
  }

  /** On a thread of its own: whoever waits may take its time with the answer. */
  private static void complete(Waiting entry, Outcome outcome) {
    Thread.startVirtualThread(() -> entry.outcome().complete(outcome));
  }

  private void housekeeping() {
    if (System.nanoTime() - nextHousekeeping >= 0) {
      table.heartbeat(waiter);
      table.sweep(limits.orphanedAfter());
      limits.escalation().ifPresent(table::escalate);
      nextHousekeeping = System.nanoTime() + HOUSEKEEPING.toNanos();
    }
  }

  private void expireHere() {
    waiting.forEach(
        (id, entry) -> {
          if (System.nanoTime() - entry.deadline() >= 0 && waiting.remove(id, entry)) {
            complete(entry, new Outcome.Expired());
          }
        });
  }

  /** Nobody waits here any more; the database is told if it can be. */
  @Override
  public void close() {
    open = false;
    listening.close();
    leave();
  }

  private void leave() {
    waiting.forEach(
        (id, entry) -> {
          if (waiting.remove(id, entry)) {
            complete(entry, new Outcome.Withdrawn("the gateway stops"));
            withdraw(id);
          }
        });
  }

  private void withdraw(String id) {
    try {
      table.leave(id, "the gateway stops");
    } catch (RuntimeException e) {
      log.atWarn()
          .setCause(e)
          .addKeyValue("approval", id)
          .log("approval could not be withdrawn; it will be found orphaned");
    }
  }
}

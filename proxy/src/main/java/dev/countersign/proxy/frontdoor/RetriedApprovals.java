package dev.countersign.proxy.frontdoor;

import dev.countersign.decision.approval.Approvals;
import dev.countersign.decision.approval.FrozenCommand;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Requests for approval whose clients did not wait: the same command, byte for byte, of the same
 * subject on the same resource under the same policy finds its answer here, once. Safe for any
 * number of threads.
 */
public final class RetriedApprovals {

  /** So many commands wait at most; more are refused. */
  private static final int LIMIT = 10_000;

  /**
   * A request.
   *
   * @param state what the command's objects were when it was filed
   */
  public record Filed(Approvals.Pending pending, String state) {

    public boolean isAnswered() {
      return pending.outcome().toCompletableFuture().isDone();
    }
  }

  private final ConcurrentHashMap<FrozenCommand, Filed> requests = new ConcurrentHashMap<>();

  /** The request for a command. Looking at it gives nobody its answer. */
  public Optional<Filed> find(FrozenCommand command) {
    return Optional.ofNullable(requests.get(command));
  }

  /**
   * Hands a request out for good: of any number that ask for it, one gets it.
   *
   * @return whether it is the caller's
   */
  public boolean take(FrozenCommand command, Filed filed) {
    return requests.remove(command, filed);
  }

  /**
   * Keeps a request until its command comes again.
   *
   * @return whether there is room for it
   */
  public boolean keep(FrozenCommand command, Filed filed) {
    if (requests.size() >= LIMIT) {
      Instant now = Instant.now();
      requests.values().removeIf(one -> one.pending().expires().isBefore(now));
    }
    return requests.size() < LIMIT && requests.putIfAbsent(command, filed) == null;
  }
}

package dev.countersign.proxy.frontdoor;

import static java.util.Objects.requireNonNull;

import dev.countersign.decision.approval.Approvals;
import dev.countersign.decision.approval.FrozenCommand;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Requests for approval whose clients did not wait: the same command, byte for byte, of the same
 * subject on the same resource under the same policy finds its answer here, once, at whatever
 * gateway it comes. Safe for any number of threads; touches the database.
 */
public final class RetriedApprovals {

  /** So many commands of this gateway wait at most; more are refused. */
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

  private final Approvals approvals;

  /** Those that were filed here. */
  private final ConcurrentHashMap<FrozenCommand, Filed> requests = new ConcurrentHashMap<>();

  public RetriedApprovals(Approvals approvals) {
    this.approvals = requireNonNull(approvals, "approvals");
  }

  /** The request for a command. Looking at it gives nobody its answer. */
  public Optional<Filed> find(FrozenCommand command) {
    return Optional.ofNullable(requests.get(command))
        .or(() -> approvals.kept(command).map(kept -> new Filed(kept.pending(), kept.objects())));
  }

  /**
   * Hands a request out for good: of any number that ask for it, one gets it.
   *
   * @return whether it is the caller's
   */
  public boolean take(FrozenCommand command, Filed filed) {
    boolean isHere = requests.remove(command, filed);
    return (isHere || requests.get(command) == null) && approvals.take(filed.pending().id());
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
    return requests.size() < LIMIT
        && approvals.keep(filed.pending().id(), filed.state())
        && requests.putIfAbsent(command, filed) == null;
  }
}

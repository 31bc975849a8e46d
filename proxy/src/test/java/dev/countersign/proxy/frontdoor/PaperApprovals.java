package dev.countersign.proxy.frontdoor;

import dev.countersign.decision.approval.Approvals;
import dev.countersign.decision.approval.Exhibit;
import dev.countersign.decision.approval.Fingerprints;
import dev.countersign.decision.approval.FrozenCommand;
import dev.countersign.decision.approval.Outcome;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.verdict.ApprovalDemand;
import dev.countersign.rules.verdict.MatchedRow;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Approvals that the test answers itself. */
public final class PaperApprovals implements Approvals {

  public static final Subject BOB =
      new Subject(
          "https://issuer",
          "bob",
          "bob",
          Subject.Kind.HUMAN,
          Set.of("dba-approvers"),
          Optional.empty());

  /** One request. */
  public record Asked(
      String id,
      FrozenCommand command,
      List<Exhibit> exhibits,
      Optional<Fingerprints> fingerprints,
      CompletableFuture<Outcome> outcome,
      String digest) {
    public void approve() {
      outcome.complete(new Outcome.Approved(BOB, "fine", digest));
    }

    public void deny(String comment) {
      outcome.complete(new Outcome.Denied(BOB, comment));
    }
  }

  public final BlockingQueue<Asked> asked = new LinkedBlockingQueue<>();
  public final BlockingQueue<String> withdrawn = new LinkedBlockingQueue<>();
  public final BlockingQueue<String> ends = new LinkedBlockingQueue<>();
  private final Set<String> kept = ConcurrentHashMap.newKeySet();
  private int count;

  @Override
  public Pending request(
      FrozenCommand command,
      String session,
      ApprovalDemand demand,
      List<MatchedRow> rows,
      List<Exhibit> exhibits) {
    return request(command, session, demand, rows, exhibits, Optional.empty());
  }

  @Override
  public synchronized Pending request(
      FrozenCommand command,
      String session,
      ApprovalDemand demand,
      List<MatchedRow> rows,
      List<Exhibit> exhibits,
      Optional<Fingerprints> fingerprints) {
    String id = "AP-" + ++count;
    String digest = Integer.toHexString(command.hashCode());
    CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    asked.add(new Asked(id, command, exhibits, fingerprints, outcome, digest));
    return new Pending(
        id,
        digest,
        URI.create("https://gateway/approvals/" + id),
        Instant.now().plusSeconds(300),
        outcome);
  }

  @Override
  public void withdraw(String approval, String reason) {
    withdrawn.add(approval);
  }

  @Override
  public boolean keep(String approval, String objects) {
    return kept.add(approval);
  }

  /** There is no other gateway. */
  @Override
  public Optional<Kept> kept(FrozenCommand command) {
    return Optional.empty();
  }

  @Override
  public boolean take(String approval) {
    return kept.remove(approval);
  }

  @Override
  public void executed(String approval) {
    ends.add(approval + " executed");
  }

  @Override
  public void failed(String approval, String error) {
    ends.add(approval + " failed: " + error);
  }

  /** The next request; fails if none comes. */
  public Asked next() throws InterruptedException {
    Asked next = asked.poll(20, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("nobody asked for an approval");
    }
    return next;
  }
}

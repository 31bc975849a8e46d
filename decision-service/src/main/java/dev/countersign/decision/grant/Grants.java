package dev.countersign.decision.grant;

import static java.util.Objects.requireNonNull;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.SessionId;
import dev.countersign.audit.journal.Journal;
import dev.countersign.decision.approval.Approvals;
import dev.countersign.decision.approval.FrozenCommand;
import dev.countersign.decision.approval.Outcome;
import dev.countersign.decision.approval.ShortTime;
import dev.countersign.decision.grant.Grant.State;
import dev.countersign.decision.grant.GrantResult.Denied;
import dev.countersign.decision.grant.GrantResult.Given;
import dev.countersign.decision.grant.GrantResult.Refused;
import dev.countersign.decision.grant.GrantResult.Waiting;
import dev.countersign.decision.identity.TokenVerifier.VerifiedToken;
import dev.countersign.decision.store.Database;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.policy.Policy;
import dev.countersign.rules.policy.PolicyVersion;
import dev.countersign.rules.verdict.Decision;
import dev.countersign.rules.verdict.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Just-in-time access. The sheet Access of the policy in force decides; whoever it asks for a human
 * waits for an approval like a command does. Each change is on the record before it holds: the
 * event is written while the grant's row is locked and the change is certain to fit, and the change
 * counts only if that succeeds. Safe for any number of threads and gateways; every method touches
 * the database.
 */
public final class Grants {

  private static final Logger log = LoggerFactory.getLogger(Grants.class);

  /** Wishes and grants of one subject that have not ended. */
  private static final int MOST = 20;

  /** Of an extension, while others change the same grant. */
  private static final int ATTEMPTS = 5;

  private final GrantTable table;
  private final Policy policy;
  private final Approvals approvals;
  private final Journal journal;

  public Grants(Database database, Policy policy, Approvals approvals, Journal journal) {
    this.table = new GrantTable(database.jdbi());
    this.policy = requireNonNull(policy, "policy");
    this.approvals = requireNonNull(approvals, "approvals");
    this.journal = requireNonNull(journal, "journal");
  }

  /** Asks for a grant. */
  public GrantResult request(Subject subject, GrantWish wish) {
    Instant now = table.now();
    Instant from = wish.from().orElse(now);
    if (from.isAfter(now.plus(GrantWish.LONGEST)) || from.plus(wish.duration()).isBefore(now)) {
      return new Refused(
          "a grant begins within 30 days and ends after now", "ask for another time");
    }
    PolicyVersion version = policy.current();
    Decision decision = version.access(subject, wish.resource(), wish.duration());
    Grant grant = wished(subject, wish, from, decision);
    announce(
        new Event.GrantRequested(
            grant.id(),
            subject,
            grant.resource(),
            grant.scope().inWords(),
            grant.from(),
            grant.until(),
            grant.reason()));
    if (decision.verdict() == Verdict.BLOCK) {
      announce(ended(grant, Event.GrantEnded.End.DENIED, Optional.empty(), "the policy"));
      return new Denied(decision.why().deciding());
    }
    if (!table.insert(grant, MOST)) {
      announce(ended(grant, Event.GrantEnded.End.DENIED, Optional.empty(), "too many"));
      return new Refused(
          "there are " + MOST + " grants and wishes that have not ended",
          "use one of them, or end some: countersign grants revoke");
    }
    return decision instanceof Decision.Approve approve
        ? ask(grant, approve)
        : given(grant, Optional.empty())
            .<GrantResult>map(Given::new)
            .orElseGet(() -> new Refused("the grant has ended already", "ask for a new one"));
  }

  private static Grant wished(Subject subject, GrantWish wish, Instant from, Decision decision) {
    return new Grant(
        GrantId.random(),
        State.REQUESTED,
        subject,
        wish.resource().name(),
        wish.scope(),
        wish.reason(),
        from,
        from.plus(wish.duration()),
        wish.once() || wish.scope().statement().isPresent(),
        decision.why().deciding().rule(),
        decision.why().policyVersion(),
        Optional.empty(),
        from,
        Optional.empty());
  }

  private GrantResult ask(Grant grant, Decision.Approve decision) {
    Approvals.Pending pending =
        approvals.request(
            new FrozenCommand(
                text(grant), List.of(), grant.resource(), grant.subject(), grant.policyVersion()),
            grant.id(),
            decision.demand(),
            decision.why().rows());
    table.waitsFor(grant.id(), pending.id());
    journal.append(
        new Event.ApprovalRequested(
            new SessionId(grant.id()), 1, pending.id(), pending.digest(), pending.expires()));
    var _ =
        pending
            .outcome()
            .thenAccept(outcome -> answered(grant, pending.id(), outcome))
            .exceptionally(
                failure -> {
                  log.atError()
                      .setCause(failure)
                      .addKeyValue("grant", grant.id())
                      .log("the answer about a grant could not be carried out");
                  return null;
                });
    return new Waiting(table.find(grant.id()).orElse(grant), pending.url());
  }

  /** What an approver says yes to. */
  private static String text(Grant grant) {
    return """
    grant access to %s
    scope: %s
    from:  %s
    until: %s
    for:   %s
    reason: %s%s\
    """
        .formatted(
            grant.resource(),
            grant.scope().inWords(),
            grant.from(),
            grant.until(),
            ShortTime.of(Duration.between(grant.from(), grant.until())),
            grant.reason(),
            grant.once() ? "\nfor one session only" : "");
  }

  private void answered(Grant grant, String approval, Outcome outcome) {
    switch (outcome) {
      case Outcome.Approved(Subject approver, String comment, String _) -> {
        answer(grant, approval, Event.ApprovalAnswered.Answer.APPROVED, approver, comment);
        if (!policy.current().id().equals(grant.policyVersion())) {
          end(grant, State.DENIED, Optional.empty(), "the policy has changed meanwhile; ask again");
          approvals.failed(approval, "the policy has changed meanwhile");
        } else if (given(grant, Optional.of(approval)).isPresent()) {
          approvals.executed(approval);
        } else {
          approvals.failed(approval, "the wish had been taken back");
        }
      }
      case Outcome.Denied(Subject approver, String comment) -> {
        answer(grant, approval, Event.ApprovalAnswered.Answer.DENIED, approver, comment);
        end(grant, State.DENIED, Optional.of(approver), comment);
      }
      case Outcome.Expired() ->
          end(grant, State.DENIED, Optional.empty(), "nobody answered in time");
      case Outcome.Withdrawn(String reason) -> end(grant, State.DENIED, Optional.empty(), reason);
    }
  }

  private void answer(
      Grant grant,
      String approval,
      Event.ApprovalAnswered.Answer answer,
      Subject approver,
      String comment) {
    journal.append(
        new Event.ApprovalAnswered(
            new SessionId(grant.id()), 1, approval, answer, Optional.of(approver), comment));
  }

  /** Empty if it has ended before it was given. */
  private Optional<Grant> given(Grant grant, Optional<String> approval) {
    return table.give(grant.id(), given -> announce(given(given, given.rule(), approval)));
  }

  private static Event given(Grant grant, String rule, Optional<String> approval) {
    return new Event.GrantGiven(
        grant.id(), grant.subject(), grant.resource(), rule, approval, grant.until());
  }

  /**
   * Lets a grant hold longer, if the policy would give all of it without asking anybody.
   *
   * @param by how much
   */
  public GrantResult extend(Grant grant, Resource resource, Duration by) {
    if (!by.isPositive() || by.compareTo(GrantWish.LONGEST) > 0) {
      return new Refused("a grant is for 30 days at most", "ask for less");
    }
    for (int i = 0; i < ATTEMPTS; i++) {
      Optional<Grant> held = table.find(grant.id()).filter(found -> found.state() == State.GIVEN);
      if (held.isEmpty()) {
        return new Refused("the grant does not hold", "ask for a new one: countersign request");
      }
      Optional<GrantResult> result = extended(held.get(), resource, held.get().until().plus(by));
      if (result.isPresent()) {
        return result.get();
      }
    }
    return new Refused("the grant is over, or is being changed by others", "look at it again");
  }

  /** Empty if the grant is no longer as it was found. */
  private Optional<GrantResult> extended(Grant held, Resource resource, Instant until) {
    Duration whole = Duration.between(held.from(), until);
    if (whole.compareTo(GrantWish.LONGEST) > 0) {
      return Optional.of(new Refused("a grant is for 30 days at most", "ask for less"));
    }
    Decision decision = policy.current().access(held.subject(), resource, whole);
    String rule = decision.why().deciding().rule();
    return switch (decision.verdict()) {
      case BLOCK -> Optional.of(new Denied(decision.why().deciding()));
      case APPROVE ->
          Optional.of(
              new Refused(
                  "somebody must say yes to that", "ask for a new grant: countersign request"));
      case ALLOW, MASK ->
          table
              .extend(
                  held.id(),
                  held.until(),
                  until,
                  changed -> announce(given(changed, rule, Optional.empty())))
              .map(Given::new);
    };
  }

  /**
   * Takes a grant back. Its sessions end within two seconds, on every gateway.
   *
   * @return whether it had not ended before
   */
  public boolean revoke(Grant grant, Subject by, String comment) {
    return end(grant, State.REVOKED, Optional.of(by), comment);
  }

  private boolean end(Grant grant, State state, Optional<Subject> by, String comment) {
    return table
        .end(
            grant.id(),
            state,
            by,
            comment,
            ended ->
                announce(ended(ended, Event.GrantEnded.End.valueOf(state.name()), by, comment)))
        .isPresent();
  }

  private static Event ended(
      Grant grant, Event.GrantEnded.End end, Optional<Subject> by, String comment) {
    return new Event.GrantEnded(grant.id(), grant.resource(), end, by, comment);
  }

  /** What is announced is on the disk before anything comes of it. */
  private void announce(Event event) {
    journal.releasable(journal.append(event), true).toCompletableFuture().join();
  }

  /**
   * Ends the grants whose time is over, and the wishes that a gateway which is gone has left
   * behind; to be called now and then.
   */
  public void expire() {
    while (table
        .expireOne(
            over -> announce(ended(over, Event.GrantEnded.End.EXPIRED, Optional.empty(), "")))
        .isPresent()) {
      // Until there is none.
    }
    while (table
        .abandonOne(
            left ->
                announce(
                    ended(
                        left,
                        Event.GrantEnded.End.DENIED,
                        Optional.empty(),
                        "the gateway that asked for it is gone")))
        .isPresent()) {
      // Until there is none.
    }
  }

  /** A grant, if there is one. Who may see it is for the caller to say. */
  public Optional<Grant> find(String id) {
    return table.find(GrantId.typed(id));
  }

  /** The newest grants of everybody, at most 200. Who may see them is for the caller to say. */
  public List<Grant> recent() {
    return table.recent();
  }

  /**
   * Whether a subject may come in now. A session credential that was minted for a grant opens with
   * that grant or not at all.
   */
  public Access check(VerifiedToken token, Resource resource) {
    Subject subject = token.subject();
    Optional<String> wanted = token.credential().flatMap(credential -> credential.grant());
    if (wanted.isEmpty() && policy.current().standing(subject, resource)) {
      return new Access.Open(Optional.empty(), GrantScope.ALL, token.expires());
    }
    return table.holding(subject, resource.name()).stream()
        .filter(grant -> wanted.isEmpty() || wanted.get().equals(grant.id()))
        .min((one, other) -> Boolean.compare(isNarrow(one), isNarrow(other)))
        .map(grant -> open(grant, token))
        .orElseGet(() -> closed(resource, wanted));
  }

  private static boolean isNarrow(Grant grant) {
    return !grant.scope().equals(GrantScope.ALL);
  }

  private static Access open(Grant grant, VerifiedToken token) {
    Instant until = grant.until().isBefore(token.expires()) ? grant.until() : token.expires();
    return new Access.Open(Optional.of(grant.id()), grant.scope(), until);
  }

  private static Access closed(Resource resource, Optional<String> wanted) {
    return new Access.Closed(
        wanted
            .map(id -> "the grant " + id + " does not hold now")
            .orElse("no grant lets you in to \"" + resource.name() + "\" now"),
        "Ask for one: countersign request " + resource.name() + " --for 30m --reason …");
  }

  /** Whether access stands on a grant that is for one session. */
  public boolean isForOneSession(Access.Open access) {
    return access.grant().flatMap(table::find).filter(Grant::once).isPresent();
  }

  /**
   * Begins a session on a grant: the last question before a door opens.
   *
   * @return whether it may begin; a grant for one session gives a yes once
   */
  public boolean begin(Access.Open access) {
    Optional<Grant> grant = access.grant().flatMap(table::find);
    if (grant.isEmpty() || !grant.get().once()) {
      return access.grant().isEmpty() || grant.filter(g -> g.state() == State.GIVEN).isPresent();
    }
    return table
        .use(
            grant.get().id(),
            used -> announce(ended(used, Event.GrantEnded.End.USED, Optional.empty(), "")))
        .isPresent();
  }
}

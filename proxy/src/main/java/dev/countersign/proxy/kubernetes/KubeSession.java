package dev.countersign.proxy.kubernetes;

import static java.util.Objects.requireNonNull;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.SessionId;
import dev.countersign.audit.journal.Journal;
import dev.countersign.decision.approval.Approvals;
import dev.countersign.decision.approval.Outcome;
import dev.countersign.decision.identity.TokenVerifier.VerifiedToken;
import dev.countersign.decision.session.Admission;
import dev.countersign.decision.session.NotAdmittedException;
import dev.countersign.proxy.frontdoor.HttpExchange;
import dev.countersign.rules.fact.CommandFacts;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.policy.PolicyVersion;
import dev.countersign.rules.verdict.Decision;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What one client does at one cluster, as the journal tells it: its requests until it is quiet for
 * a while, or one stream. Used by any number of threads.
 */
final class KubeSession {

  /** A request in the journal. */
  record Command(long number, long sequence, boolean changesState, long since) {}

  private final Journal journal;
  private final SessionId id = SessionId.random();
  private final AtomicLong commands = new AtomicLong();
  private final Set<HttpExchange> running = ConcurrentHashMap.newKeySet();
  private volatile long lastUsed = System.nanoTime();
  private Admission.@Nullable Admitted admitted;
  private boolean closed;

  private KubeSession(Journal journal) {
    this.journal = journal;
  }

  /**
   * Lets a client in, and records that its session begins.
   *
   * @throws NotAdmittedException if it may not come in
   */
  static KubeSession open(
      Journal journal,
      Admission admission,
      VerifiedToken token,
      Resource resource,
      String address,
      String application)
      throws NotAdmittedException {
    KubeSession session = new KubeSession(journal);
    Admission.Admitted by =
        admission.admit(
            new Admission.Visitor(session.id, token, resource, address, application),
            session::close);
    session.admitted(by);
    journal.append(
        new Event.SessionOpened(
            session.id, token.subject(), resource.name(), resource.labels(), address, application));
    return session;
  }

  private synchronized void admitted(Admission.Admitted by) {
    admitted = by;
  }

  /** The policy, as it is for this session. */
  synchronized PolicyVersion within(PolicyVersion policy) {
    return requireNonNull(admitted, "admitted").access().within(policy);
  }

  SessionId id() {
    return id;
  }

  /**
   * Whether it goes on; no other thread but the one that kills it ends it before {@link #leave}.
   */
  synchronized boolean enter(HttpExchange exchange) {
    if (closed) {
      return false;
    }
    running.add(exchange);
    return true;
  }

  void leave(HttpExchange exchange) {
    lastUsed = System.nanoTime();
    running.remove(exchange);
  }

  boolean isIdleFor(long nanos) {
    return running.isEmpty() && System.nanoTime() - lastUsed > nanos;
  }

  /** Records a decision, before anything comes of it. */
  Command decided(Asked asked, Decision decision) {
    long number = commands.incrementAndGet();
    long sequence =
        journal.append(
            new Event.CommandDecided(
                id,
                number,
                asked.text(),
                List.of(),
                new CommandFacts.Kubernetes(asked.facts()),
                decision.verdict(),
                decision.why().policyVersion(),
                decision.why().rows()));
    return new Command(
        number, sequence, asked.facts().changesState() || asked.connects(), System.nanoTime());
  }

  /** Waits until the request may be released. */
  void awaitReleasable(Command command) {
    journal.releasable(command.sequence(), command.changesState()).toCompletableFuture().join();
  }

  /** Names a decision for people: {@code session/command}. */
  String name(Command command) {
    return id + "/" + command.number();
  }

  void requested(Command command, Approvals.Pending pending) {
    journal.append(
        new Event.ApprovalRequested(
            id, command.number(), pending.id(), pending.digest(), pending.expires()));
  }

  /** Records how a wait ended, and waits until that is sure to last. */
  void answered(Command command, String approval, Outcome outcome) {
    long sequence =
        journal.append(
            switch (outcome) {
              case Outcome.Approved(Subject by, String comment, String _) ->
                  answer(
                      command,
                      approval,
                      Event.ApprovalAnswered.Answer.APPROVED,
                      Optional.of(by),
                      comment);
              case Outcome.Denied(Subject by, String comment) ->
                  answer(
                      command,
                      approval,
                      Event.ApprovalAnswered.Answer.DENIED,
                      Optional.of(by),
                      comment);
              case Outcome.Expired() ->
                  answer(
                      command,
                      approval,
                      Event.ApprovalAnswered.Answer.EXPIRED,
                      Optional.empty(),
                      "");
              case Outcome.Withdrawn(String reason) ->
                  answer(
                      command,
                      approval,
                      Event.ApprovalAnswered.Answer.WITHDRAWN,
                      Optional.empty(),
                      reason);
            });
    journal.durable(sequence).toCompletableFuture().join();
  }

  private Event answer(
      Command command,
      String approval,
      Event.ApprovalAnswered.Answer answer,
      Optional<Subject> by,
      String comment) {
    return new Event.ApprovalAnswered(id, command.number(), approval, answer, by, comment);
  }

  void content(Command command, Event.ContentRecorded.Stream stream, String content) {
    if (!content.isEmpty()) {
      journal.append(new Event.ContentRecorded(id, command.number(), stream, content));
    }
  }

  /** Records that a released request has been answered. */
  void completed(Command command, int status, Set<String> hidden) {
    boolean failed = status >= 400;
    journal.append(
        new Event.CommandCompleted(
            id,
            command.number(),
            failed ? "" : Integer.toString(status),
            failed ? Optional.of(Integer.toString(status)) : Optional.empty(),
            0,
            List.copyOf(hidden),
            TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - command.since())));
  }

  /** Records that a released request got no whole answer. */
  void failed(Command command, String why) {
    journal.append(
        new Event.CommandCompleted(
            id,
            command.number(),
            "",
            Optional.of(why),
            0,
            List.of(),
            TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - command.since())));
  }

  /** Ends it with everything that still runs in it, and records that; only once. */
  void close(String reason) {
    Admission.@Nullable Admitted ended;
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      ended = admitted;
    }
    running.forEach(HttpExchange::abort);
    if (ended != null) {
      ended.session().close();
    }
    journal.append(new Event.SessionClosed(id, reason, commands.get()));
  }
}

package dev.countersign.proxy.kubernetes;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.SessionId;
import dev.countersign.audit.journal.Journal;
import dev.countersign.decision.approval.Approvals;
import dev.countersign.decision.approval.Outcome;
import dev.countersign.rules.fact.CommandFacts;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.verdict.Decision;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

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
  private final AtomicInteger running = new AtomicInteger();
  private volatile long lastUsed = System.nanoTime();
  private boolean closed;

  /** Records that it begins. */
  KubeSession(
      Journal journal, Subject subject, Resource resource, String address, String application) {
    this.journal = journal;
    journal.append(
        new Event.SessionOpened(
            id, subject, resource.name(), resource.labels(), address, application));
  }

  SessionId id() {
    return id;
  }

  /** Whether it goes on; tells no other thread may end it before {@link #leave}. */
  synchronized boolean enter() {
    if (closed) {
      return false;
    }
    running.incrementAndGet();
    return true;
  }

  void leave() {
    lastUsed = System.nanoTime();
    running.decrementAndGet();
  }

  boolean isIdleFor(long nanos) {
    return running.get() == 0 && System.nanoTime() - lastUsed > nanos;
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

  /** Records that it is over; only once. */
  synchronized void close(String reason) {
    if (!closed) {
      closed = true;
      journal.append(new Event.SessionClosed(id, reason, commands.get()));
    }
  }
}

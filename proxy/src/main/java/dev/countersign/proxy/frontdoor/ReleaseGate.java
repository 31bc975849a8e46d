package dev.countersign.proxy.frontdoor;

import static java.util.Objects.requireNonNull;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.SessionId;
import dev.countersign.audit.journal.Journal;
import dev.countersign.audit.journal.JournalException;
import dev.countersign.decision.approval.Approvals;
import dev.countersign.decision.grant.GrantScope;
import dev.countersign.decision.grant.SingleCommand;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.policy.Policy;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What stands between a decision and its command, for doors whose threads may block: nothing passes
 * that is not on the record, and what needs a human waits here for one.
 *
 * @param policy the one in force; a decision of another one is void when its approval comes
 * @param approvals asks humans
 * @param journal where everything goes first
 * @param notice how often somebody who waits is told so
 * @param retries what was asked for clients that come again instead of waiting
 */
public record ReleaseGate(
    Policy policy,
    Approvals approvals,
    Journal journal,
    Duration notice,
    RetriedApprovals retries) {

  private static final Logger log = LoggerFactory.getLogger(ReleaseGate.class);

  /** A gate for whose clients nobody has asked yet. */
  public ReleaseGate(Policy policy, Approvals approvals, Journal journal, Duration notice) {
    this(policy, approvals, journal, notice, new RetriedApprovals(approvals));
  }

  public ReleaseGate {
    requireNonNull(policy, "policy");
    requireNonNull(approvals, "approvals");
    requireNonNull(journal, "journal");
    requireNonNull(notice, "notice");
    requireNonNull(retries, "retries");
    if (!notice.isPositive()) {
      throw new IllegalArgumentException("who waits is told so every " + notice);
    }
  }

  /**
   * Begins a session of somebody who was let in.
   *
   * @param client the client's address
   * @param application what the client calls itself; may be empty
   * @throws JournalException if that cannot be written: then nobody is let in
   */
  public GateSession open(
      SessionId session, Subject subject, Resource resource, String client, String application) {
    return open(session, subject, resource, client, application, new SingleCommand(GrantScope.ALL));
  }

  /**
   * The same for somebody whose grant may be for one command only.
   *
   * @param single what is left of the grant
   */
  public GateSession open(
      SessionId session,
      Subject subject,
      Resource resource,
      String client,
      String application,
      SingleCommand single) {
    journal.append(
        new Event.SessionOpened(
            session, subject, resource.name(), resource.labels(), client, application));
    return new GateSession(this, session, subject, resource, single);
  }

  /**
   * Records that somebody was not let in, if it can: nobody comes in for want of it.
   *
   * @param resource what was asked for, as the client wrote it
   * @param reason for operators; never holds the token
   */
  public void refused(Optional<Subject> subject, String resource, String client, String reason) {
    SessionId session = SessionId.random();
    try {
      journal.append(new Event.SessionRefused(session, subject, resource, client, reason));
    } catch (JournalException e) {
      log.atError().addKeyValue("session", session).setCause(e).log("journal unwritable");
    }
  }
}

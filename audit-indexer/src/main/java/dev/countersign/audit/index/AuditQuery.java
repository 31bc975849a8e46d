package dev.countersign.audit.index;

import static java.util.Objects.requireNonNull;

import dev.countersign.audit.event.SessionId;
import dev.countersign.rules.verdict.Verdict;
import java.time.Instant;
import java.util.Optional;

/**
 * What is looked for; everything that is said must hold.
 *
 * @param user the subject's id or name, or its owner's id
 * @param resource the resource's name
 * @param verdict the verdict of a command
 * @param rule the id of any row that matched a command
 * @param table a relation a command touches, {@code schema.name}
 * @param session one session
 * @param since not before
 * @param text words that all stand in the statement
 * @param limit at most so many results, the newest first
 */
public record AuditQuery(
    Optional<String> user,
    Optional<String> resource,
    Optional<Verdict> verdict,
    Optional<String> rule,
    Optional<String> table,
    Optional<SessionId> session,
    Optional<Instant> since,
    Optional<String> text,
    int limit) {

  /** Elasticsearch's own limit for one answer. */
  public static final int MAX_LIMIT = 10_000;

  public AuditQuery {
    requireNonNull(user, "user");
    requireNonNull(resource, "resource");
    requireNonNull(verdict, "verdict");
    requireNonNull(rule, "rule");
    requireNonNull(table, "table");
    requireNonNull(session, "session");
    requireNonNull(since, "since");
    requireNonNull(text, "text");
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new IllegalArgumentException("a limit is 1 to " + MAX_LIMIT + ", not " + limit);
    }
  }

  /** Everything, the newest hundred. */
  public static AuditQuery all() {
    return new AuditQuery(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        100);
  }

  public AuditQuery withUser(String value) {
    return new AuditQuery(
        Optional.of(value), resource, verdict, rule, table, session, since, text, limit);
  }

  public AuditQuery withResource(String value) {
    return new AuditQuery(
        user, Optional.of(value), verdict, rule, table, session, since, text, limit);
  }

  public AuditQuery withVerdict(Verdict value) {
    return new AuditQuery(
        user, resource, Optional.of(value), rule, table, session, since, text, limit);
  }

  public AuditQuery withRule(String value) {
    return new AuditQuery(
        user, resource, verdict, Optional.of(value), table, session, since, text, limit);
  }

  public AuditQuery withTable(String value) {
    return new AuditQuery(
        user, resource, verdict, rule, Optional.of(value), session, since, text, limit);
  }

  public AuditQuery withSession(SessionId value) {
    return new AuditQuery(
        user, resource, verdict, rule, table, Optional.of(value), since, text, limit);
  }

  public AuditQuery withSince(Instant value) {
    return new AuditQuery(
        user, resource, verdict, rule, table, session, Optional.of(value), text, limit);
  }

  public AuditQuery withText(String value) {
    return new AuditQuery(
        user, resource, verdict, rule, table, session, since, Optional.of(value), limit);
  }

  public AuditQuery withLimit(int value) {
    return new AuditQuery(user, resource, verdict, rule, table, session, since, text, value);
  }
}

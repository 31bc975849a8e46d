package dev.countersign.audit.index;

import static java.util.Objects.requireNonNull;

import dev.countersign.audit.event.SessionId;
import dev.countersign.audit.query.Condition;
import dev.countersign.audit.query.Field;
import dev.countersign.audit.query.Words;
import dev.countersign.rules.verdict.Verdict;
import java.time.Instant;
import java.util.Optional;

/**
 * What is looked for, and when it happened.
 *
 * @param what every event that counts
 * @param since not before
 * @param until before
 * @param limit at most so many results, the newest first
 */
public record AuditQuery(
    Condition what, Optional<Instant> since, Optional<Instant> until, int limit) {

  /** Elasticsearch's own limit for one answer. */
  public static final int MAX_LIMIT = 10_000;

  public AuditQuery {
    requireNonNull(what, "what");
    requireNonNull(since, "since");
    requireNonNull(until, "until");
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new IllegalArgumentException("a limit is 1 to " + MAX_LIMIT + ", not " + limit);
    }
  }

  /** Everything, the newest hundred. */
  public static AuditQuery all() {
    return new AuditQuery(Condition.everything(), Optional.empty(), Optional.empty(), 100);
  }

  /** And this. */
  public AuditQuery with(Condition other) {
    return new AuditQuery(what.and(other), since, until, limit);
  }

  /** The subject's id or name, or its owner's id. */
  public AuditQuery withUser(String value) {
    return with(new Condition.Is(Field.USER, value));
  }

  public AuditQuery withResource(String value) {
    return with(new Condition.Is(Field.RESOURCE, value));
  }

  public AuditQuery withVerdict(Verdict value) {
    return with(new Condition.Is(Field.VERDICT, value.name()));
  }

  /** The id of any row that matched. */
  public AuditQuery withRule(String value) {
    return with(new Condition.Is(Field.RULE, value));
  }

  /** A relation a command touches, {@code schema.name}. */
  public AuditQuery withTable(String value) {
    return with(new Condition.Is(Field.TABLE, value));
  }

  public AuditQuery withSession(SessionId value) {
    return with(new Condition.Is(Field.SESSION, value.value()));
  }

  public AuditQuery withSince(Instant value) {
    return new AuditQuery(what, Optional.of(value), until, limit);
  }

  public AuditQuery withUntil(Instant value) {
    return new AuditQuery(what, since, Optional.of(value), limit);
  }

  /** Words that all stand in the command, in any order. */
  public AuditQuery withText(String value) {
    AuditQuery query = this;
    for (String word : Words.of(value)) {
      query = query.with(new Condition.Phrase(Field.TEXT, java.util.List.of(word)));
    }
    return query;
  }

  public AuditQuery withLimit(int value) {
    return new AuditQuery(what, since, until, value);
  }
}

package dev.countersign.audit.query;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What can be asked for by name, and the fields of an event's document that hold it. A name is that
 * of its constant in lower case.
 */
public enum Field {
  /** Who asked, by id or name. */
  SUBJECT(Kind.KEYWORD, "user.id", "user.name"),
  /** On whose behalf. */
  OWNER(Kind.KEYWORD, "countersign.subject.on_behalf_of"),
  /** Who asked or on whose behalf. */
  USER(Kind.KEYWORD, "user.id", "user.name", "countersign.subject.on_behalf_of"),
  /** Anybody who had part in it: subject, owner, approver. */
  WHO(Kind.KEYWORD, "related.user"),
  /** A group of the subject. */
  GROUP(Kind.KEYWORD, "user.roles"),
  /** {@code agent} or {@code human}. */
  KIND(Kind.KEYWORD, "countersign.subject.kind"),
  ISSUER(Kind.KEYWORD, "user.domain"),
  ADDRESS(Kind.KEYWORD, "source.address"),
  APPLICATION(Kind.KEYWORD, "countersign.session.application"),
  RESOURCE(Kind.KEYWORD, "countersign.resource.name"),
  ENVIRONMENT(Kind.KEYWORD, "countersign.resource.environment"),
  /** {@code postgresql}, {@code git} or {@code kubernetes}. */
  PROTOCOL(Kind.KEYWORD, "service.target.type"),
  SESSION(Kind.KEYWORD, "countersign.session.id"),
  /** As a refusal names it: {@code session/command}. */
  DECISION(Kind.KEYWORD, "countersign.decision.id"),
  /** The event's type, e.g. {@code command.decided}. */
  EVENT(Kind.KEYWORD, "event.action"),
  OUTCOME(Kind.KEYWORD, "event.outcome"),
  /** What is done: a verb of SQL or Kubernetes, the change of a ref. */
  VERB(Kind.KEYWORD, "countersign.command.verbs"),
  TABLE(Kind.KEYWORD, "countersign.command.tables"),
  /** {@code schema.table.column}. */
  COLUMN(Kind.KEYWORD, "countersign.command.columns"),
  MASKED(Kind.KEYWORD, "countersign.command.masked_columns"),
  /** A column whose values went to the client, whether masked or not. */
  EXPOSED(Kind.KEYWORD, "countersign.exposure.column"),
  STATUS(Kind.KEYWORD, "countersign.command.status"),
  ERROR(Kind.KEYWORD, "db.response.status_code"),
  /** Rows that were returned. */
  ROWS(Kind.NUMBER, "db.response.returned_rows"),
  /** Bytes of rows, packs and answers that were sent. */
  BYTES(Kind.NUMBER, "countersign.command.bytes"),
  REF(Kind.KEYWORD, "countersign.git.refs"),
  PATH(Kind.KEYWORD, "countersign.git.paths"),
  /** What found a secret in a push, e.g. {@code aws-access-key}. */
  SECRET(Kind.KEYWORD, "countersign.git.secrets"),
  AUTHOR(Kind.KEYWORD, "countersign.git.authors"),
  COMMITTER(Kind.KEYWORD, "countersign.git.committers"),
  /** The id of a commit that came with a push, or its beginning with a star. */
  COMMIT(Kind.KEYWORD, "countersign.git.commit_ids"),
  /** Words of the first lines of commits. */
  MESSAGE(Kind.WORDS, "countersign.git.messages"),
  NAMESPACE(Kind.KEYWORD, "countersign.kubernetes.namespace"),
  OBJECT(Kind.KEYWORD, "countersign.kubernetes.object"),
  NAME(Kind.KEYWORD, "countersign.kubernetes.name"),
  IMAGE(Kind.KEYWORD, "countersign.kubernetes.images"),
  TRAIT(Kind.KEYWORD, "countersign.kubernetes.traits"),
  VERDICT(Kind.KEYWORD, "countersign.verdict"),
  /** Any row that matched. */
  RULE(Kind.KEYWORD, "countersign.rows.rule"),
  CONTROL(Kind.KEYWORD, "countersign.rows.controls"),
  POLICY(Kind.KEYWORD, "countersign.policy.version"),
  /** Points of the sheet Risk. */
  RISK(Kind.NUMBER, "event.risk_score"),
  APPROVAL(Kind.KEYWORD, "countersign.approval.id"),
  APPROVER(Kind.KEYWORD, "countersign.approval.approver.id", "countersign.approval.approver.name"),
  ANSWER(Kind.KEYWORD, "countersign.approval.answer"),
  /** Words of the command. */
  TEXT(Kind.WORDS, "countersign.words.command"),
  /** Words of what went over the wire: rows as the client got them, bodies, terminals. */
  CONTENT(Kind.WORDS, "countersign.words.content");

  /** How a field is compared. */
  public enum Kind {
    KEYWORD,
    NUMBER,
    WORDS
  }

  private static final Map<String, Field> BY_NAME =
      Arrays.stream(values()).collect(Collectors.toMap(Field::word, Function.identity()));

  private final Kind kind;

  @SuppressWarnings("ImmutableEnumChecker") // List.of gives one that cannot be changed.
  private final List<String> paths;

  Field(Kind kind, String... paths) {
    this.kind = kind;
    this.paths = List.of(paths);
  }

  /** The field of that name, if there is one. */
  static Optional<Field> named(String word) {
    return Optional.ofNullable(BY_NAME.get(word.toLowerCase(Locale.ROOT)));
  }

  /** How a query names it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  public Kind kind() {
    return kind;
  }

  /** Where documents hold it; any of them. */
  public List<String> paths() {
    return paths;
  }
}

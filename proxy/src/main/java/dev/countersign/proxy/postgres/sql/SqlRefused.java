package dev.countersign.proxy.postgres.sql;

import static java.util.Objects.requireNonNull;

/** A SQL text that the gateway cannot understand, and therefore does not let through. */
public final class SqlRefused extends Exception {

  private static final long serialVersionUID = 1;

  /** Why a text is refused. */
  public enum Rule {
    /** PostgreSQL's grammar does not accept it. */
    SYNTAX("PG-SYNTAX"),
    TOO_LONG("PG-TOO-LONG"),
    TOO_DEEP("PG-TOO-DEEP"),
    /** It holds names that the server may read in another way. */
    ENCODING("PG-ENCODING");

    private final String id;

    Rule(String id) {
      this.id = id;
    }

    /** The stable id, as it stands in decisions. */
    public String id() {
      return id;
    }
  }

  private final Rule rule;
  private final String reason;
  private final int position;

  SqlRefused(Rule rule, String message, int position) {
    super(message);
    this.rule = requireNonNull(rule, "rule");
    this.reason = requireNonNull(message, "message");
    this.position = position;
  }

  /**
   * A text is too long.
   *
   * @param most how long it may be, in bytes
   */
  public static SqlRefused tooLong(int most) {
    return new SqlRefused(Rule.TOO_LONG, "the text is longer than " + most + " bytes", 0);
  }

  static SqlRefused tooDeep() {
    return new SqlRefused(Rule.TOO_DEEP, "the statement is nested too deeply", 0);
  }

  static SqlRefused unencodable(int position) {
    return new SqlRefused(Rule.SYNTAX, "the text holds a character that no SQL can", position);
  }

  static SqlRefused ofEncoding(int position) {
    return new SqlRefused(
        Rule.ENCODING,
        "the database is not encoded in UTF8, and may read this name in another way",
        position);
  }

  public Rule rule() {
    return rule;
  }

  /** Why, for the person who wrote it. */
  public String reason() {
    return reason;
  }

  /** Where, in characters counted from 1; 0 if that is not known. */
  public int position() {
    return position;
  }
}

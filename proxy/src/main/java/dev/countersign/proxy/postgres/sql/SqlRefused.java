package dev.countersign.proxy.postgres.sql;

import static java.util.Objects.requireNonNull;

/** A SQL text that the gateway cannot understand, and therefore does not let through. */
public final class SqlRefused extends Exception {

  private static final long serialVersionUID = 1;

  private static final String NOT_UTF8 = "invalid byte sequence for encoding \"UTF8\"";

  /** Why a text is refused. */
  public enum Rule {
    /** PostgreSQL's grammar does not accept it. */
    SYNTAX("PG-SYNTAX"),
    /** It holds bytes that are no text. */
    BYTES("PG-SYNTAX"),
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

  /** A text is not in the encoding that the gateway talks in: said as PostgreSQL says it. */
  public static SqlRefused notUtf8() {
    return new SqlRefused(Rule.BYTES, NOT_UTF8, 0);
  }

  /** What the grammar says of a text. */
  static SqlRefused ofGrammar(String message, int position) {
    return new SqlRefused(
        message.startsWith(NOT_UTF8) ? Rule.BYTES : Rule.SYNTAX, message, position);
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

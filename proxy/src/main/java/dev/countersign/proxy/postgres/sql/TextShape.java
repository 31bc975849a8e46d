package dev.countersign.proxy.postgres.sql;

import java.util.Optional;

/**
 * A SQL text with its plain literals taken out. Texts of one shape are read to the same facts: the
 * grammar makes trees of them that differ in constants only, and no facts are made of those.
 *
 * <p>Only literals are taken out that no facts can hang on: strings without a prefix, and numbers
 * that cannot be a position in ORDER BY or GROUP BY. Everything else stays as it is, white space
 * and comments too. Only statements that read and write rows have a shape: others, like SET and DO,
 * carry facts in literals.
 */
final class TextShape {

  private static final char STRING = '\1';
  private static final char INTEGER = '\2';
  private static final char DECIMAL = '\3';

  /** Longer ones may not fit PostgreSQL's int4 and would be a constant of another kind. */
  private static final int LONGEST_INTEGER = 9;

  private final String sql;
  private final Lexer lexer;
  private final StringBuilder shape = new StringBuilder();
  private int copied;

  private TextShape(String sql) {
    this.sql = sql;
    lexer = new Lexer(sql);
  }

  /** The shape of a text; empty if it has none, or no literals. */
  static Optional<String> of(String sql) {
    return new TextShape(sql).read();
  }

  private Optional<String> read() {
    Lexer.Token token = lexer.next();
    if (token != Lexer.Token.WORD || !beginsWithData() || hasMarks()) {
      return Optional.empty();
    }
    boolean mayHoldPosition = mentionsBy();
    boolean behindValue = false;
    while (token != Lexer.Token.END) {
      switch (token) {
        case STRING -> cut(STRING);
        case INTEGER -> {
          if (lexer.end() - lexer.start() <= LONGEST_INTEGER && (!mayHoldPosition || behindValue)) {
            cut(INTEGER);
          }
        }
        case NUMBER -> {
          if (isDecimal() && (!mayHoldPosition || behindValue)) {
            cut(DECIMAL);
          }
        }
        case WORD, QUOTED, DOLLAR_STRING, PARAMETER, OPERATOR, PUNCTUATION, END -> {}
        case UNICODE_QUOTED, PREFIXED_STRING, INVALID -> {
          return Optional.empty();
        }
      }
      behindValue =
          token == Lexer.Token.OPERATOR
              || (token == Lexer.Token.WORD && (lexer.is("limit") || lexer.is("offset")));
      token = lexer.next();
    }
    if (copied == 0) {
      return Optional.empty();
    }
    return Optional.of(shape.append(sql, copied, sql.length()).toString());
  }

  private boolean beginsWithData() {
    return lexer.is("select")
        || lexer.is("insert")
        || lexer.is("update")
        || lexer.is("delete")
        || lexer.is("with");
  }

  private boolean hasMarks() {
    return sql.indexOf(STRING) >= 0 || sql.indexOf(INTEGER) >= 0 || sql.indexOf(DECIMAL) >= 0;
  }

  /** Whether ORDER BY or GROUP BY can be in it: there, an integer means a result column. */
  private boolean mentionsBy() {
    for (int i = 0; i + 1 < sql.length(); i++) {
      if ((sql.charAt(i) | 0x20) == 'b' && (sql.charAt(i + 1) | 0x20) == 'y') {
        return true;
      }
    }
    return false;
  }

  private boolean isDecimal() {
    int points = 0;
    for (int i = lexer.start(); i < lexer.end(); i++) {
      char c = sql.charAt(i);
      points += c == '.' ? 1 : 0;
      if (c != '.' && (c < '0' || c > '9')) {
        return false;
      }
    }
    return points == 1;
  }

  private void cut(char mark) {
    shape.append(sql, copied, lexer.start()).append(mark);
    copied = lexer.end();
  }
}

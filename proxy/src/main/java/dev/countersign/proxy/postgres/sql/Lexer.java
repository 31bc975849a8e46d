package dev.countersign.proxy.postgres.sql;

/**
 * Walks over the tokens of a SQL text, as PostgreSQL's scanner cuts them. Comments and white space
 * are no tokens. Only where a token is and of what kind is told: what it means, the grammar says.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-syntax-lexical.html">Lexical
 *     structure</a>
 */
final class Lexer {

  /** What a token is. */
  enum Token {
    /** A keyword or an identifier without quotes. */
    WORD,
    /** An identifier in double quotes. */
    QUOTED,
    /** An identifier as {@code U&"…"}; UESCAPE and its string are tokens of their own. */
    UNICODE_QUOTED,
    /** A string without a prefix: a backslash in it is a backslash. */
    STRING,
    /** A string with a prefix: {@code E N B X U&}. */
    PREFIXED_STRING,
    /** {@code $tag$…$tag$}. */
    DOLLAR_STRING,
    /** Decimal digits, and no more. */
    INTEGER,
    /** Any other number. */
    NUMBER,
    /** {@code $1}. */
    PARAMETER,
    /** Operators and what looks like them: {@code + :: := =>}; longer ones may come in parts. */
    OPERATOR,
    /** {@code , ( ) [ ] ; :} and a dot. */
    PUNCTUATION,
    /** The text ends. */
    END,
    /** No token begins here, or one has no end. Nothing follows. */
    INVALID
  }

  private static final String OPERATORS = "~!@#^&|`?+-*/%<>=";

  private final String sql;
  private int at;
  private int start;

  Lexer(String sql) {
    this.sql = sql;
  }

  /** Where the latest token begins. */
  int start() {
    return start;
  }

  /** Behind its last character. */
  int end() {
    return at;
  }

  /** Whether the latest token is that word, in whatever case. */
  boolean is(String word) {
    return at - start == word.length() && sql.regionMatches(true, start, word, 0, word.length());
  }

  /** Goes to the next token. */
  Token next() {
    if (!skip()) {
      return Token.INVALID;
    }
    start = at;
    if (at == sql.length()) {
      return Token.END;
    }
    char c = sql.charAt(at);
    if (isWordStart(c)) {
      return wordOrPrefixed(c);
    }
    if (isDigit(c) || (c == '.' && isDigit(peek(1)))) {
      return number();
    }
    return switch (c) {
      case '\'' -> quoted('\'', 0, false) ? Token.STRING : Token.INVALID;
      case '"' -> quoted('"', 0, false) ? Token.QUOTED : Token.INVALID;
      case '$' -> dollar();
      case ',', '(', ')', '[', ']', ';', '.', ':' -> {
        at++;
        yield Token.PUNCTUATION;
      }
      default -> operator(c);
    };
  }

  private char peek(int ahead) {
    return at + ahead < sql.length() ? sql.charAt(at + ahead) : '\0';
  }

  /** Skips white space and comments; false where a comment has no end. */
  private boolean skip() {
    while (at < sql.length()) {
      char c = sql.charAt(at);
      if (isSpace(c)) {
        at++;
      } else if (c == '-' && peek(1) == '-') {
        while (at < sql.length() && sql.charAt(at) != '\n' && sql.charAt(at) != '\r') {
          at++;
        }
      } else if (c == '/' && peek(1) == '*') {
        if (!skipComment()) {
          return false;
        }
      } else {
        return true;
      }
    }
    return true;
  }

  /** Comments nest. */
  private boolean skipComment() {
    int depth = 0;
    do {
      if (at >= sql.length()) {
        return false;
      }
      if (sql.charAt(at) == '/' && peek(1) == '*') {
        depth++;
        at += 2;
      } else if (sql.charAt(at) == '*' && peek(1) == '/') {
        depth--;
        at += 2;
      } else {
        at++;
      }
    } while (depth > 0);
    return true;
  }

  private Token wordOrPrefixed(char first) {
    char second = peek(1);
    switch (first) {
      case 'e', 'E' -> {
        if (second == '\'') {
          return quoted('\'', 1, true) ? Token.PREFIXED_STRING : Token.INVALID;
        }
      }
      case 'b', 'B', 'x', 'X', 'n', 'N' -> {
        if (second == '\'') {
          return quoted('\'', 1, false) ? Token.PREFIXED_STRING : Token.INVALID;
        }
      }
      case 'u', 'U' -> {
        if (second == '&' && peek(2) == '\'') {
          return quoted('\'', 2, false) ? Token.PREFIXED_STRING : Token.INVALID;
        }
        if (second == '&' && peek(2) == '"') {
          return quoted('"', 2, false) ? Token.UNICODE_QUOTED : Token.INVALID;
        }
      }
      default -> {}
    }
    at++;
    while (at < sql.length() && isWordPart(sql.charAt(at))) {
      at++;
    }
    return Token.WORD;
  }

  /** Up to the closing quote; two of them are one inside. */
  private boolean quoted(char quote, int prefix, boolean escapes) {
    at += prefix + 1;
    while (at < sql.length()) {
      char c = sql.charAt(at++);
      if (c == '\\' && escapes) {
        at++;
      } else if (c == quote) {
        if (at < sql.length() && sql.charAt(at) == quote) {
          at++;
        } else {
          return true;
        }
      }
    }
    return false;
  }

  private Token dollar() {
    if (isDigit(peek(1))) {
      at += 2;
      while (isDigit(peek(0))) {
        at++;
      }
      return isWordStart(peek(0)) ? Token.INVALID : Token.PARAMETER;
    }
    int tag = at + 1;
    if (tag < sql.length() && isWordStart(sql.charAt(tag))) {
      do {
        tag++;
      } while (tag < sql.length() && (isWordStart(sql.charAt(tag)) || isDigit(sql.charAt(tag))));
    }
    if (tag >= sql.length() || sql.charAt(tag) != '$') {
      return Token.INVALID;
    }
    String delimiter = sql.substring(at, tag + 1);
    int end = sql.indexOf(delimiter, tag + 1);
    if (end < 0) {
      return Token.INVALID;
    }
    at = end + delimiter.length();
    return Token.DOLLAR_STRING;
  }

  /** Whether it is a valid one, the grammar says: here it is only known where it ends. */
  private Token number() {
    boolean isInteger = true;
    while (at < sql.length()) {
      char c = sql.charAt(at);
      boolean isSign = (c == '+' || c == '-') && isExponent(sql.charAt(at - 1)) && !isInteger;
      if (c == '.' && peek(1) == '.') {
        return isInteger ? Token.INTEGER : Token.NUMBER;
      }
      if (!isDigit(c) && c != '.' && !isWordPart(c) && !isSign) {
        break;
      }
      isInteger &= isDigit(c);
      at++;
    }
    return isInteger ? Token.INTEGER : Token.NUMBER;
  }

  private boolean isExponent(char c) {
    boolean isHexadecimal = start + 1 < at && (sql.charAt(start + 1) | 0x20) == 'x';
    return (c == 'e' || c == 'E') && !isHexadecimal;
  }

  /** One character at a time where a comment may begin; that is enough to know where it does. */
  private Token operator(char first) {
    if (OPERATORS.indexOf(first) < 0) {
      return Token.INVALID;
    }
    at++;
    return Token.OPERATOR;
  }

  private static boolean isSpace(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isWordStart(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
  }

  private static boolean isWordPart(char c) {
    return isWordStart(c) || isDigit(c) || c == '$';
  }
}

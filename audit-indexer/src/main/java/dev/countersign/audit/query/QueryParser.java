package dev.countersign.audit.query;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Reads a query:
 *
 * <pre>
 * query  = all { "or" all }
 * all    = one { [ "and" ] one }
 * one    = "not" one | "(" query ")" | field ":" value | field compare number | value
 * value  = word | '"' characters '"'
 * compare = ":" | "=" | "&gt;" | "&gt;=" | "&lt;" | "&lt;="
 * </pre>
 *
 * A value without a field is looked for in commands and in what went over the wire.
 */
public final class QueryParser {

  static final int LONGEST = 4_096;
  static final int MOST_TERMS = 64;
  static final int DEEPEST = 16;

  private final String text;
  private int at;
  private int terms;

  private QueryParser(String text) {
    this.text = text;
  }

  /**
   * The query of a text; an empty one asks for everything.
   *
   * @throws QueryException with the place and what to write instead
   */
  public static Condition parse(String text) {
    if (text.length() > LONGEST) {
      throw new QueryException(LONGEST, "a query has at most " + LONGEST + " characters");
    }
    QueryParser parser = new QueryParser(text);
    parser.skipSpace();
    if (parser.isAtEnd()) {
      return Condition.everything();
    }
    Condition query = parser.any(0);
    if (!parser.isAtEnd()) {
      throw new QueryException(parser.at, "there is no ( for this )");
    }
    return query;
  }

  private Condition any(int depth) {
    List<Condition> parts = new ArrayList<>();
    parts.add(all(depth));
    while (takes("or")) {
      parts.add(all(depth));
    }
    return parts.size() == 1 ? parts.getFirst() : new Condition.AnyOf(parts);
  }

  private Condition all(int depth) {
    List<Condition> parts = new ArrayList<>();
    parts.add(one(depth));
    while (true) {
      boolean said = takes("and");
      if (!said && (isAtEnd() || text.charAt(at) == ')' || isNext("or"))) {
        return parts.size() == 1 ? parts.getFirst() : new Condition.AllOf(parts);
      }
      parts.add(one(depth));
    }
  }

  private Condition one(int depth) {
    if (depth > DEEPEST) {
      throw new QueryException(at, "more than " + DEEPEST + " levels of ( and not");
    }
    if (takes("not")) {
      return new Condition.Not(one(depth + 1));
    }
    if (!isAtEnd() && text.charAt(at) == '(') {
      int open = at++;
      skipSpace();
      Condition inner = any(depth + 1);
      if (isAtEnd()) {
        throw new QueryException(open, "there is no ) for this (");
      }
      at++;
      skipSpace();
      return inner;
    }
    if (++terms > MOST_TERMS) {
      throw new QueryException(at, "more than " + MOST_TERMS + " terms");
    }
    return term();
  }

  private Condition term() {
    int start = at;
    if (isAtEnd() || text.charAt(at) == ')' || isNext("and") || isNext("or")) {
      throw new QueryException(at, "a field with a value, or a word, is missing here");
    }
    if (text.charAt(at) == '"') {
      return anywhere(start, quoted());
    }
    String word = bare(":=<>");
    if (isAtEnd() || ":=<>".indexOf(text.charAt(at)) < 0) {
      skipSpace();
      return anywhere(start, word);
    }
    Field field = field(start, word);
    return switch (field.kind()) {
      case NUMBER -> number(field, comparison());
      case KEYWORD -> {
        equality(field);
        yield new Condition.Is(field, value());
      }
      case WORDS -> {
        equality(field);
        yield phrase(at, field, value());
      }
    };
  }

  private static Condition anywhere(int start, String value) {
    return new Condition.AnyOf(
        List.of(phrase(start, Field.TEXT, value), phrase(start, Field.CONTENT, value)));
  }

  private static Condition phrase(int start, Field field, String value) {
    List<String> words = Words.of(value);
    if (words.isEmpty()) {
      throw new QueryException(
          start, "there is no letter or digit to look for; only words are indexed");
    }
    return new Condition.Phrase(field, words);
  }

  private static Field field(int start, String word) {
    return Field.named(word)
        .orElseThrow(
            () ->
                new QueryException(
                    start,
                    "there is no field "
                        + shown(word)
                        + "; there are "
                        + Arrays.stream(Field.values())
                            .map(Field::word)
                            .collect(Collectors.joining(", "))));
  }

  private void equality(Field field) {
    int start = at;
    if (comparison() != Condition.Comparison.EQUAL) {
      throw new QueryException(start, field.word() + " is no number: write " + field.word() + ":…");
    }
  }

  private Condition.Comparison comparison() {
    char first = text.charAt(at++);
    boolean orEqual = first != ':' && first != '=' && !isAtEnd() && text.charAt(at) == '=';
    if (orEqual) {
      at++;
    }
    return switch (first) {
      case '>' -> orEqual ? Condition.Comparison.AT_LEAST : Condition.Comparison.MORE;
      case '<' -> orEqual ? Condition.Comparison.AT_MOST : Condition.Comparison.LESS;
      default -> Condition.Comparison.EQUAL;
    };
  }

  private Condition number(Field field, Condition.Comparison comparison) {
    int start = at;
    String value = value();
    try {
      return new Condition.Compared(field, comparison, Long.parseLong(value));
    } catch (NumberFormatException e) {
      throw new QueryException(start, shown(value) + " is no whole number");
    }
  }

  private String value() {
    if (!isAtEnd() && text.charAt(at) == '"') {
      return quoted();
    }
    int start = at;
    String word = bare("");
    if (word.isEmpty()) {
      throw new QueryException(start, "a value is missing here");
    }
    skipSpace();
    return word;
  }

  private String quoted() {
    int open = at++;
    StringBuilder value = new StringBuilder();
    while (!isAtEnd() && text.charAt(at) != '"') {
      if (text.charAt(at) == '\\' && at + 1 < text.length()) {
        at++;
      }
      value.append(text.charAt(at++));
    }
    if (isAtEnd()) {
      throw new QueryException(open, "there is no closing quote for this one");
    }
    at++;
    skipSpace();
    return value.toString();
  }

  private String bare(String until) {
    int start = at;
    while (!isAtEnd()
        && !Character.isWhitespace(text.charAt(at))
        && "()\"".indexOf(text.charAt(at)) < 0
        && until.indexOf(text.charAt(at)) < 0) {
      at++;
    }
    return text.substring(start, at);
  }

  private boolean takes(String keyword) {
    if (!isNext(keyword)) {
      return false;
    }
    at += keyword.length();
    skipSpace();
    return true;
  }

  private boolean isNext(String keyword) {
    int end = at + keyword.length();
    return text.regionMatches(true, at, keyword, 0, keyword.length())
        && (end >= text.length()
            || Character.isWhitespace(text.charAt(end))
            || "()\"".indexOf(text.charAt(end)) >= 0);
  }

  private void skipSpace() {
    while (!isAtEnd() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }

  private boolean isAtEnd() {
    return at >= text.length();
  }

  /** A word of the query in a message: short, and nothing that moves a cursor. */
  private static String shown(String word) {
    String safe = word.replaceAll("[^\\p{Alnum}_.*-]", "?");
    return "'"
        + (safe.length() > 40 ? safe.substring(0, 40) + "…" : safe).toLowerCase(Locale.ROOT)
        + "'";
  }
}

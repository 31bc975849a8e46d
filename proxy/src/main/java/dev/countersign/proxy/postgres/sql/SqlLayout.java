package dev.countersign.proxy.postgres.sql;

import java.util.Locale;
import java.util.Set;

/**
 * A SQL text laid out for people: a line for each clause, what is in parentheses further in. Only
 * white space changes; comments and tokens stay as they are. It is shown, never run.
 */
public final class SqlLayout {

  private static final Set<String> CLAUSES =
      Set.of(
          "select",
          "from",
          "where",
          "group",
          "having",
          "order",
          "limit",
          "offset",
          "fetch",
          "window",
          "union",
          "intersect",
          "except",
          "values",
          "set",
          "returning",
          "using",
          "join",
          "left",
          "right",
          "full",
          "inner",
          "cross",
          "natural",
          "on",
          "when",
          "and",
          "or",
          "with",
          "insert",
          "update",
          "delete",
          "merge");

  /** Words before which no line breaks when they follow one of these. */
  private static final Set<String> JOINERS =
      Set.of("left", "right", "full", "inner", "cross", "natural", "outer", "between");

  private static final int INDENT = 2;
  private static final int DEEPEST = 20;

  private final String sql;
  private final StringBuilder out = new StringBuilder();
  private int depth;
  private boolean isBetween;

  private SqlLayout(String sql) {
    this.sql = sql;
  }

  /** The layout of a text; the text itself from where the scanner does not understand it. */
  public static String of(String sql) {
    return new SqlLayout(sql).lay();
  }

  private String lay() {
    Lexer lexer = new Lexer(sql);
    String before = "";
    Lexer.Token beforeToken = Lexer.Token.END;
    int end = 0;
    for (Lexer.Token token = lexer.next(); token != Lexer.Token.END; token = lexer.next()) {
      if (token == Lexer.Token.INVALID) {
        break;
      }
      String gap = sql.substring(end, lexer.start());
      String text = sql.substring(lexer.start(), lexer.end());
      String word = token == Lexer.Token.WORD ? text.toLowerCase(Locale.ROOT) : "";
      if (text.equals(")")) {
        depth = Math.max(0, depth - 1);
      }
      boolean areStrings = token == Lexer.Token.STRING && beforeToken == Lexer.Token.STRING;
      if (!gap.isBlank() || areStrings) {
        out.append(gap);
      } else if (!out.isEmpty() && breaks(word, before)) {
        newLine();
      } else if (!gap.isEmpty() && !out.isEmpty()) {
        out.append(' ');
      }
      out.append(text);
      if (text.equals("(")) {
        depth++;
      }
      isBetween = word.equals("between") || (isBetween && !word.equals("and"));
      before = word;
      beforeToken = token;
      end = lexer.end();
    }
    return out.append(sql, end, sql.length()).toString().strip();
  }

  private boolean breaks(String word, String before) {
    if (!CLAUSES.contains(word) || JOINERS.contains(before)) {
      return false;
    }
    return !(word.equals("and") && isBetween);
  }

  private void newLine() {
    out.append('\n').append(" ".repeat(INDENT * Math.min(depth, DEEPEST)));
  }
}

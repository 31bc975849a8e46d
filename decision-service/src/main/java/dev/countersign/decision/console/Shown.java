package dev.countersign.decision.console;

import dev.countersign.decision.approval.VisibleText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Text that somebody else wrote, ready to be shown: the visible form of {@link VisibleText}, cut in
 * pieces that look different. The pieces together are that form, whole.
 *
 * @param warnings what may deceive a reader, in words
 * @param characters how many the text has as it was written
 * @param lines how many lines are shown
 */
record Shown(List<Piece> pieces, List<String> warnings, int characters, long lines) {

  /**
   * A piece.
   *
   * @param look the class it has in the style sheet
   */
  record Piece(String look, String text) {}

  private static final String ESCAPED =
      "\\\\u\\{(?:[0-9a-f]{1,6}(?:\\*\\d+)?|blank\\*\\d+=[0-9a-f]{16})}";

  private static final Pattern ESCAPE = Pattern.compile(ESCAPED);

  /** Possessive throughout: no text takes it more than one pass. */
  private static final Pattern SQL =
      Pattern.compile(
          ESCAPED
              + "|(?<comment>--[^\n]*+|/\\*(?:[^*]++|\\*(?!/))*+(?:\\*/)?)"
              + "|(?<string>[eE]'(?:[^'\\\\]++|''|\\\\[^\n])*+'?"
              + "|'(?:[^']++|'')*+'?"
              + "|\\$(?<tag>[A-Za-z_]*+)\\$(?:[^$]++|\\$(?!\\k<tag>\\$))*+(?:\\$\\k<tag>\\$)?)"
              + "|(?<word>[A-Za-z_][A-Za-z_0-9]*+)"
              + "|(?<number>\\$?\\d[\\d.]*+)");

  private static final Set<String> KEYWORDS =
      Set.of(
          "select",
          "insert",
          "update",
          "delete",
          "merge",
          "truncate",
          "from",
          "where",
          "into",
          "values",
          "set",
          "join",
          "left",
          "right",
          "inner",
          "outer",
          "full",
          "cross",
          "on",
          "using",
          "group",
          "order",
          "by",
          "having",
          "limit",
          "offset",
          "union",
          "all",
          "distinct",
          "and",
          "or",
          "not",
          "in",
          "is",
          "null",
          "like",
          "ilike",
          "between",
          "exists",
          "case",
          "when",
          "then",
          "else",
          "end",
          "as",
          "with",
          "recursive",
          "returning",
          "create",
          "alter",
          "drop",
          "table",
          "view",
          "index",
          "function",
          "schema",
          "database",
          "role",
          "user",
          "grant",
          "revoke",
          "to",
          "copy",
          "begin",
          "commit",
          "rollback",
          "cascade",
          "default",
          "primary",
          "key",
          "references",
          "constraint",
          "add",
          "column",
          "if",
          "asc",
          "desc",
          "true",
          "false",
          "for",
          "do",
          "call",
          "execute",
          "prepare",
          "set_config",
          "analyze",
          "explain",
          "vacuum",
          "lateral",
          "window",
          "over",
          "partition",
          "conflict",
          "nothing");

  Shown {
    pieces = List.copyOf(pieces);
    warnings = List.copyOf(warnings);
  }

  /** Text as it is. */
  static Shown text(String raw) {
    VisibleText visible = VisibleText.of(raw);
    List<Piece> pieces = new ArrayList<>();
    plain(visible.text(), "", pieces);
    return shown(raw, visible, pieces);
  }

  /** SQL, its words told apart. */
  static Shown sql(String raw) {
    VisibleText visible = VisibleText.of(raw);
    List<Piece> pieces = new ArrayList<>();
    Matcher token = SQL.matcher(visible.text());
    int at = 0;
    while (token.find()) {
      plain(visible.text().substring(at, token.start()), "", pieces);
      plain(token.group(), look(token), pieces);
      at = token.end();
    }
    plain(visible.text().substring(at), "", pieces);
    return shown(raw, visible, pieces);
  }

  private static String look(Matcher token) {
    if (token.group("comment") != null) {
      return "comment";
    }
    if (token.group("string") != null) {
      return "string";
    }
    if (token.group("number") != null) {
      return "number";
    }
    String word = token.group("word");
    return word != null && KEYWORDS.contains(word.toLowerCase(Locale.ROOT)) ? "keyword" : "";
  }

  /**
   * A unified difference. Only what stands before the first hunk of a file is its heading: a line
   * that is removed and begins with two dashes is a line that is removed.
   */
  static Shown diff(String raw) {
    VisibleText visible = VisibleText.of(raw);
    List<Piece> pieces = new ArrayList<>();
    boolean heading = false;
    for (String line : visible.text().split("(?<=\n)", -1)) {
      heading = line.startsWith("diff ") || (heading && !line.startsWith("@@"));
      plain(line, heading ? "file" : lookOfChange(line), pieces);
    }
    return shown(raw, visible, pieces);
  }

  private static String lookOfChange(String line) {
    return line.startsWith("@@")
        ? "hunk"
        : line.startsWith("+") ? "added" : line.startsWith("-") ? "removed" : "";
  }

  private static Shown shown(String raw, VisibleText visible, List<Piece> pieces) {
    return new Shown(
        pieces,
        visible.warnings(),
        raw.codePointCount(0, raw.length()),
        visible.text().lines().count());
  }

  /** What is escaped looks like nothing else, wherever it stands. */
  private static void plain(String text, String look, List<Piece> pieces) {
    Matcher escape = ESCAPE.matcher(text);
    int at = 0;
    while (escape.find()) {
      add(text.substring(at, escape.start()), look, pieces);
      add(escape.group(), "escape", pieces);
      at = escape.end();
    }
    add(text.substring(at), look, pieces);
  }

  private static void add(String text, String look, List<Piece> pieces) {
    if (text.isEmpty()) {
      return;
    }
    if (!pieces.isEmpty() && pieces.getLast().look().equals(look) && look.isEmpty()) {
      Piece last = pieces.removeLast();
      pieces.add(new Piece(look, last.text() + text));
    } else {
      pieces.add(new Piece(look, text));
    }
  }

  /** Text on one line. */
  static Shown oneLine(String raw) {
    VisibleText visible = VisibleText.of(raw);
    List<Piece> pieces = new ArrayList<>();
    plain(VisibleText.line(raw), "", pieces);
    return shown(raw, visible, pieces);
  }

  /** How much there is, in words. */
  String extent() {
    return "%d character%s, %d line%s"
        .formatted(characters, characters == 1 ? "" : "s", lines, lines == 1 ? "" : "s");
  }

  /** On one line, in visible form. */
  static String line(String raw) {
    return VisibleText.line(raw);
  }
}

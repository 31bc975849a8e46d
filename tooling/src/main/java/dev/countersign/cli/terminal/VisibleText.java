package dev.countersign.cli.terminal;

import java.util.Locale;

/**
 * Makes text from elsewhere safe to print: a terminal obeys control characters, and a reader is
 * deceived by characters that are not seen or that turn others around. Those are written as a
 * backslash, {@code u} and the code point in braces.
 */
public final class VisibleText {

  private VisibleText() {}

  /** The text with line breaks and tabs kept. */
  public static String lines(String text) {
    return visible(text, true);
  }

  /** The text on one line. */
  public static String line(String text) {
    return visible(text, false);
  }

  /** The text on one line, cut to a width, with … where something is missing. */
  public static String excerpt(String text, int width) {
    String line = line(text);
    return line.codePointCount(0, line.length()) <= width
        ? line
        : line.substring(0, line.offsetByCodePoints(0, Math.max(0, width - 1))) + "…";
  }

  private static String visible(String text, boolean keepLines) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            point -> {
              if (point == '\n' || point == '\t') {
                out.append(keepLines ? (char) point : ' ');
              } else if (isHidden(point)) {
                out.append("\\u{")
                    .append(Integer.toHexString(point).toLowerCase(Locale.ROOT))
                    .append('}');
              } else {
                out.appendCodePoint(point);
              }
            });
    return out.toString();
  }

  private static boolean isHidden(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.UNASSIGNED,
          Character.PRIVATE_USE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      default ->
          // Blank but no space; variation selectors and combining grapheme joiner.
          (Character.isSpaceChar(point) && point != ' ')
              || point == 0x115f
              || point == 0x1160
              || point == 0x2800
              || point == 0x3164
              || point == 0xffa0
              || point == 0x034f
              || (point >= 0xfe00 && point <= 0xfe0f)
              || (point >= 0xe0100 && point <= 0xe01ef);
    };
  }
}

package dev.countersign.audit.replay;

import java.util.Locale;

/**
 * Text from outside made safe and honest for a terminal: whatever would move the cursor, change
 * colours, turn the direction of writing or not be seen at all is shown by its code point in
 * braces.
 */
public final class VisibleText {

  private VisibleText() {}

  /** Keeps line feeds and tabs; for text that may take several lines. */
  public static String lines(String text) {
    return visible(text, true);
  }

  /** One line: line feeds and tabs are shown too. */
  public static String line(String text) {
    return visible(text, false);
  }

  /** One line, cut to a width in characters, with … where something is missing. */
  public static String excerpt(String text, int width) {
    String line = line(text);
    return line.codePointCount(0, line.length()) <= width
        ? line
        : line.substring(0, line.offsetByCodePoints(0, Math.max(0, width - 1))) + "…";
  }

  private static String visible(String text, boolean keepLines) {
    StringBuilder out = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(
            c -> {
              if ((keepLines && (c == '\n' || c == '\t')) || isHarmless(c)) {
                out.appendCodePoint(c);
              } else if (c == '\n') {
                out.append("\\n");
              } else if (c == '\t') {
                out.append("\\t");
              } else {
                out.append("\\u{")
                    .append(Integer.toHexString(c).toUpperCase(Locale.ROOT))
                    .append('}');
              }
            });
    return out.toString();
  }

  private static boolean isHarmless(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      case Character.SPACE_SEPARATOR -> c == ' ';
      default -> !isInvisible(c);
    };
  }

  /** Letters and marks that are drawn as nothing: Unicode's Default_Ignorable_Code_Point. */
  private static boolean isInvisible(int c) {
    return c == 0x034F
        || c == 0x115F
        || c == 0x1160
        || c == 0x17B4
        || c == 0x17B5
        || (c >= 0x180B && c <= 0x180F)
        || c == 0x2800
        || c == 0x3164
        || (c >= 0xFE00 && c <= 0xFE0F)
        || c == 0xFFA0
        || (c >= 0xE0000 && c <= 0xE0FFF);
  }
}

package dev.countersign.proxy.git.wire;

/** Text that does nothing to the terminal it is shown on. */
public final class PlainText {

  private static final int LONGEST_LINE = 1_000;

  private PlainText() {}

  /** One line: no control characters, none that reorder text, and not too long. */
  public static String line(String text) {
    String plain = replace(text, false);
    return plain.length() <= LONGEST_LINE ? plain : plain.substring(0, LONGEST_LINE) + "…";
  }

  /** The same with its lines and tabs, and the carriage returns that progress bars live by. */
  public static String lines(String text) {
    return replace(text, true);
  }

  private static String replace(String text, boolean lines) {
    StringBuilder plain = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              boolean layout = lines && (c == '\n' || c == '\t' || c == '\r');
              boolean harmless =
                  switch (Character.getType(c)) {
                    case Character.CONTROL,
                        Character.FORMAT,
                        Character.SURROGATE,
                        Character.LINE_SEPARATOR,
                        Character.PARAGRAPH_SEPARATOR ->
                        false;
                    default -> true;
                  };
              plain.appendCodePoint(layout || harmless ? c : '\uFFFD');
            });
    return plain.toString();
  }
}

package dev.countersign.rules.workbook;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The closed lists of words, and which characters names consist of. */
final class Vocabulary {

  static final List<String> MODES = words(Arrays.asList(Mode.values()));
  static final List<String> ENVIRONMENTS = List.of("production", "staging", "development", "test");

  static final String ID_PUNCTUATION = "._-";
  static final String NAME_PUNCTUATION = "._-$";
  static final String PATTERN_PUNCTUATION = NAME_PUNCTUATION + "*";
  static final String REF_PUNCTUATION = "._-/+*";
  static final String PATH_PUNCTUATION = "._-/+= $*";
  static final String KUBE_PUNCTUATION = "._-/:*";
  static final String COMMAND_PUNCTUATION = "._-/+=:,$* ";
  static final String GROUP_PUNCTUATION = "._-:/=+ ";
  static final String LIST_VALUE_PUNCTUATION = GROUP_PUNCTUATION + "$*";

  private static final int LONGEST_TYPO = 3;

  private Vocabulary() {}

  /** How constants are written in a cell. */
  static List<String> words(Collection<? extends Enum<?>> constants) {
    return constants.stream().map(Vocabulary::word).toList();
  }

  /** The words of an enum but for the one that an empty cell means. */
  static <E extends Enum<E>> List<String> conditions(E empty) {
    return Arrays.stream(empty.getDeclaringClass().getEnumConstants())
        .filter(constant -> constant != empty)
        .map(Vocabulary::word)
        .toList();
  }

  /** The constant that is written so. */
  static <E extends Enum<E>> E constant(Class<E> type, String word) {
    return Enum.valueOf(type, word.toUpperCase(Locale.ROOT).replace(' ', '_').replace('-', '_'));
  }

  static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** Whether the text consists of ASCII letters, digits and that punctuation only. */
  static boolean consistsOf(String punctuation, String text) {
    return text.chars()
        .allMatch(
            c ->
                (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || punctuation.indexOf(c) >= 0);
  }

  /** The value that looks most like the text, if one is close. */
  static Optional<String> nearest(String text, Collection<String> values) {
    String best = null;
    int least = Math.min(LONGEST_TYPO, Math.max(1, text.length() / 2)) + 1;
    for (String value : values) {
      int distance = distance(fold(text), fold(value), least);
      if (distance < least) {
        least = distance;
        best = value;
      }
    }
    return Optional.ofNullable(best);
  }

  private static String fold(String text) {
    return Lookalikes.plain(text).orElse(text).toLowerCase(Locale.ROOT).replace(' ', '_');
  }

  /** Levenshtein's distance, or the limit where it is not below it. */
  private static int distance(String a, String b, int limit) {
    if (Math.abs(a.length() - b.length()) >= limit) {
      return limit;
    }
    int[] previous = new int[b.length() + 1];
    Arrays.setAll(previous, i -> i);
    for (int i = 1; i <= a.length(); i++) {
      int[] current = new int[b.length() + 1];
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        current[j] = Math.min(previous[j - 1] + change, Math.min(previous[j], current[j - 1]) + 1);
      }
      previous = current;
    }
    return previous[b.length()];
  }

  /** What was found, printable: quoted, cut, every character that does not show itself spelled. */
  static String quote(String text) {
    StringBuilder printable = new StringBuilder("\"");
    text.codePoints()
        .limit(80)
        .forEach(
            c -> {
              if (c >= ' ' && c < 0x7f) {
                printable.appendCodePoint(c);
              } else {
                printable.append("<U+%04X %s>".formatted(c, name(c)));
              }
            });
    if (text.codePointCount(0, text.length()) > 80) {
      printable.append("…");
    }
    return printable.append('"').toString();
  }

  private static String name(int codePoint) {
    return Optional.ofNullable(Character.getName(codePoint)).orElse("unassigned");
  }

  /** Whether a character shows nothing, or changes how its neighbours are shown. */
  static boolean isInvisible(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      // Hangul fillers and the Braille blank are letters and symbols that show nothing.
      default ->
          codePoint == 0x115F
              || codePoint == 0x1160
              || codePoint == 0x3164
              || codePoint == 0xFFA0
              || codePoint == 0x2800
              || (codePoint >= 0xFE00 && codePoint <= 0xFE0F)
              || (codePoint >= 0xE0100 && codePoint <= 0xE01EF);
    };
  }
}

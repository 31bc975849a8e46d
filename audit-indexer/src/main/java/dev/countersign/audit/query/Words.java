package dev.countersign.audit.query;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Text as the words that can be found in it: runs of letters, digits and underscores, in lower
 * case. So {@code public.orders} is two words, and {@code orders} finds it. Both what is indexed
 * and what is asked is cut here, so that every search finds the same.
 */
public final class Words {

  /** A longer run is cut into several. */
  private static final int LONGEST = 200;

  private Words() {}

  /** The words of a text, in order. */
  public static List<String> of(String text) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              boolean isPart = Character.isLetterOrDigit(c) || c == '_';
              if (isPart) {
                word.appendCodePoint(c);
              }
              if (!isPart || word.length() >= LONGEST) {
                end(word, words);
              }
            });
    end(word, words);
    return words;
  }

  /** The words of a text with a space between them. */
  public static String joined(String text) {
    return String.join(" ", of(text));
  }

  private static void end(StringBuilder word, List<String> words) {
    if (!word.isEmpty()) {
      words.add(word.toString().toLowerCase(Locale.ROOT));
      word.setLength(0);
    }
  }
}

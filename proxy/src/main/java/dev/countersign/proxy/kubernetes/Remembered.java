package dev.countersign.proxy.kubernetes;

import static java.util.Objects.requireNonNull;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What was found out about short texts that come again and again. Never grows beyond its bound. */
final class Remembered<V> {

  private static final int FIRST = 16;
  private static final int MOST = 512;
  private static final int LONGEST = 128;

  private final Function<String, V> finding;

  /** One text for each place, and at the same place of the other what was found out about it. */
  private @Nullable String[] texts = new String[FIRST];

  private @Nullable Object[] found = new Object[FIRST];
  private int missed;

  Remembered(Function<String, V> finding) {
    this.finding = finding;
  }

  V of(String text) {
    if (text.length() > LONGEST) {
      return finding.apply(text);
    }
    int place = place(text);
    if (text.equals(texts[place])) {
      @SuppressWarnings("unchecked") // Only what was found is put there.
      V known = (V) requireNonNull(found[place]);
      return known;
    }
    V answer = finding.apply(text);
    keep(text, answer);
    return answer;
  }

  private int place(String text) {
    int hash = text.hashCode();
    return (hash ^ hash >>> 16) & (texts.length - 1);
  }

  private void keep(String text, V answer) {
    missed++;
    if (missed > texts.length && texts.length < MOST) {
      texts = new String[2 * texts.length];
      found = new Object[texts.length];
      missed = 0;
    }
    int place = place(text);
    texts[place] = text;
    found[place] = answer;
  }
}

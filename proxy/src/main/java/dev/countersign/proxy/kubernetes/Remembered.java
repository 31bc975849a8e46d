package dev.countersign.proxy.kubernetes;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/** What was found out about short texts that come again and again. Never grows beyond its bound. */
final class Remembered<V> {

  private static final int MOST = 512;
  private static final int LONGEST = 128;

  private final Map<String, V> known = new HashMap<>();
  private final Function<String, V> finding;

  Remembered(Function<String, V> finding) {
    this.finding = finding;
  }

  V of(String text) {
    if (text.length() > LONGEST) {
      return finding.apply(text);
    }
    V found = known.get(text);
    if (found == null) {
      found = finding.apply(text);
      if (known.size() == MOST) {
        known.clear();
      }
      known.put(text, found);
    }
    return found;
  }
}

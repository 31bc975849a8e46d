package dev.countersign.rules.analysis;

import dev.countersign.rules.fact.Glob;
import java.util.Optional;

/**
 * Name patterns as sets of names. One name stands for all that a pattern matches: the pattern with
 * {@link #ANYTHING} for each star. No pattern of a workbook holds that character, so another
 * pattern matches this one name only where its own stars take it, and then it matches every name of
 * the first.
 */
final class Globs {

  /** A character that can stand in no cell of a pattern. */
  static final String ANYTHING = "~";

  private static final char STAR = '*';
  private static final char END = 0;

  private Globs() {}

  /** The name that stands for all names the pattern matches. */
  static String typical(String pattern) {
    return pattern.replace("*", ANYTHING);
  }

  /** A name that both patterns match, if there is one. */
  static Optional<String> meet(String first, String second) {
    if (new Glob(second).matches(typical(first))) {
      return Optional.of(typical(first));
    }
    if (new Glob(first).matches(typical(second))) {
      return Optional.of(typical(second));
    }
    boolean[][] dead = new boolean[first.length() + 1][second.length() + 1];
    StringBuilder name = new StringBuilder();
    return meet(first, 0, second, 0, dead, name)
        ? Optional.of(name.reverse().toString())
        : Optional.empty();
  }

  /**
   * Finds the rest of a common name and appends it backwards; each pair of places is tried once.
   */
  private static boolean meet(
      String first, int i, String second, int j, boolean[][] dead, StringBuilder name) {
    if (i == first.length() && j == second.length()) {
      return true;
    }
    if (dead[i][j]) {
      return false;
    }
    dead[i][j] = true;
    char a = i < first.length() ? first.charAt(i) : END;
    char b = j < second.length() ? second.charAt(j) : END;
    if ((a == STAR && meet(first, i + 1, second, j, dead, name))
        || (b == STAR && meet(first, i, second, j + 1, dead, name))) {
      return true;
    }
    boolean aStays = a == STAR && b != STAR && b != END;
    boolean bStays = b == STAR && a != STAR && a != END;
    if (!aStays && !bStays && (a != b || a == STAR)) {
      return false;
    }
    if (meet(first, aStays ? i : i + 1, second, bStays ? j : j + 1, dead, name)) {
      name.append(aStays ? b : a);
      return true;
    }
    return false;
  }
}

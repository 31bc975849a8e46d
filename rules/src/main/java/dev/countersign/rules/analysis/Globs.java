package dev.countersign.rules.analysis;

import dev.countersign.rules.fact.Glob;
import java.util.Locale;
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
    return new Meeting(first, second, false).name();
  }

  /**
   * A name that both patterns match, if there is one, where the second, in lower case, matches
   * names in whatever case.
   */
  static Optional<String> meetFolding(String exact, String folded) {
    if (new Glob(folded).matches(typical(exact).toLowerCase(Locale.ROOT))) {
      return Optional.of(typical(exact));
    }
    return new Meeting(exact, folded, true).name();
  }

  /** A search for a name in common. */
  private static final class Meeting {

    private final String first;
    private final String second;
    private final boolean foldsCase;

    /** Pairs of places that were tried: each is tried once. */
    private final boolean[][] dead;

    /**
     * @param foldsCase whether letters of both cases are alike; the name has those of the first
     */
    Meeting(String first, String second, boolean foldsCase) {
      this.first = first;
      this.second = second;
      this.foldsCase = foldsCase;
      dead = new boolean[first.length() + 1][second.length() + 1];
    }

    Optional<String> name() {
      StringBuilder name = new StringBuilder();
      return find(0, 0, name) ? Optional.of(name.reverse().toString()) : Optional.empty();
    }

    /** Finds the rest of the name and appends it backwards. */
    private boolean find(int i, int j, StringBuilder name) {
      if (i == first.length() && j == second.length()) {
        return true;
      }
      if (dead[i][j]) {
        return false;
      }
      dead[i][j] = true;
      char a = i < first.length() ? first.charAt(i) : END;
      char b = j < second.length() ? second.charAt(j) : END;
      if ((a == STAR && find(i + 1, j, name)) || (b == STAR && find(i, j + 1, name))) {
        return true;
      }
      boolean aStays = a == STAR && b != STAR && b != END;
      boolean bStays = b == STAR && a != STAR && a != END;
      if (!aStays && !bStays && (a == STAR || !areAlike(a, b))) {
        return false;
      }
      if (find(aStays ? i : i + 1, bStays ? j : j + 1, name)) {
        name.append(aStays ? b : a);
        return true;
      }
      return false;
    }

    private boolean areAlike(char a, char b) {
      return a == b || (foldsCase && Character.toLowerCase(a) == b);
    }
  }
}

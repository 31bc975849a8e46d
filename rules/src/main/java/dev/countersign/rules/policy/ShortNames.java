package dev.countersign.rules.policy;

import dev.countersign.rules.fact.Glob;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Names as Windows shortens them for the sake of old programs: {@code GITHUB~1} is {@code .github}
 * where that is there already, and git writes into it.
 */
final class ShortNames {

  private static final Pattern SHORT =
      Pattern.compile("[^/.~]{0,6}~[1-9][0-9]{0,5}(?:\\.[^/.]{0,3})?");

  /** So many letters of a name are left however many begin alike. */
  private static final int LEFT = 2;

  /** Stands for any characters within a name, and can be in none. */
  private static final char ANY = 0;

  private ShortNames() {}

  /**
   * Whether a path with such names in it may be one that a pattern matches.
   *
   * @param path in lower case
   */
  static boolean mayMatch(String path, List<Glob> patterns) {
    String[] names = path.split("/", -1);
    if (Arrays.stream(names).noneMatch(ShortNames::isShort)) {
      return false;
    }
    String meant = Arrays.stream(names).map(ShortNames::meant).collect(Collectors.joining("/"));
    return patterns.stream().anyMatch(glob -> meets(glob.pattern(), meant));
  }

  private static boolean isShort(String name) {
    return SHORT.matcher(name).matches();
  }

  /** Dots and blanks are left out of them, and what old programs do not know is replaced. */
  private static String meant(String name) {
    if (!isShort(name)) {
      return name;
    }
    StringBuilder meant = new StringBuilder().append(ANY);
    name.substring(0, Math.min(LEFT, name.indexOf('~')))
        .chars()
        .filter(c -> c < 128 && Character.isLetterOrDigit(c))
        .forEach(c -> meant.append((char) c).append(ANY));
    return meant.toString();
  }

  /** Whether some path is both; it takes time linear in one times the other. */
  private static boolean meets(String pattern, String meant) {
    // For each place in what is meant, whether the rests of both have a text in common.
    boolean[] next = new boolean[meant.length() + 1];
    for (int in = pattern.length(); in >= 0; in--) {
      boolean[] now = new boolean[meant.length() + 1];
      for (int at = meant.length(); at >= 0; at--) {
        boolean ends = at == meant.length();
        if (in == pattern.length()) {
          now[at] = ends || (meant.charAt(at) == ANY && now[at + 1]);
        } else if (pattern.charAt(in) == '*') {
          now[at] = next[at] || (!ends && now[at + 1]);
        } else if (!ends && meant.charAt(at) == ANY) {
          now[at] = now[at + 1] || (pattern.charAt(in) != '/' && next[at]);
        } else {
          now[at] = !ends && meant.charAt(at) == pattern.charAt(in) && next[at + 1];
        }
      }
      next = now;
    }
    return next[0];
  }
}

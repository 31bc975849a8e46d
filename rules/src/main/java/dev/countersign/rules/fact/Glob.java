package dev.countersign.rules.fact;

import static java.util.Objects.requireNonNull;

/**
 * A name pattern in which {@code *} stands for any run of characters, the empty one included.
 * Matching takes time linear in pattern times text, whatever both contain; there is no regular
 * expression.
 */
public record Glob(String pattern) {

  public static final Glob ANY = new Glob("*");

  public Glob {
    requireNonNull(pattern, "pattern");
  }

  public boolean matches(String text) {
    int at = 0;
    int in = 0;
    int star = -1;
    int resume = 0;
    while (at < text.length()) {
      if (in < pattern.length() && pattern.charAt(in) == '*') {
        star = in++;
        resume = at;
      } else if (in < pattern.length() && pattern.charAt(in) == text.charAt(at)) {
        in++;
        at++;
      } else if (star >= 0) {
        in = star + 1;
        at = ++resume;
      } else {
        return false;
      }
    }
    while (in < pattern.length() && pattern.charAt(in) == '*') {
      in++;
    }
    return in == pattern.length();
  }

  @Override
  public String toString() {
    return pattern;
  }
}

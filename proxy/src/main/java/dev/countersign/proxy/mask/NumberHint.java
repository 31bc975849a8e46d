package dev.countersign.proxy.mask;

/**
 * What every text has that holds a number with a form: far quicker to look for than the forms
 * themselves. Finds too much, never too little.
 */
final class NumberHint {

  private NumberHint() {}

  /** The most digits with nothing between them but what may stand between those of one number. */
  static int digits(String text) {
    int most = 0;
    int digits = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (isDigit(c)) {
        digits++;
      } else if (!isBetween(c)) {
        most = Math.max(most, digits);
        digits = 0;
      }
    }
    return Math.max(most, digits);
  }

  private static boolean isBetween(char c) {
    return c == ' ' || c == '-' || c == '.' || c == '(' || c == ')';
  }

  /** Whether a word begins with two letters and two digits, as an IBAN does. */
  static boolean beginsAccount(String text) {
    for (int i = 0; i + 3 < text.length(); i++) {
      boolean isBegin =
          isLetter(text.charAt(i))
              && isLetter(text.charAt(i + 1))
              && isDigit(text.charAt(i + 2))
              && isDigit(text.charAt(i + 3));
      if (isBegin && (i == 0 || !isPart(text.charAt(i - 1)))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isPart(char c) {
    return isLetter(c) || isDigit(c);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }
}

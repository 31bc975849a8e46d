package dev.countersign.proxy.mask;

/**
 * What every text has that holds a key or a token of a known form: far quicker to look for than the
 * forms themselves. Finds too much, never too little.
 */
final class SecretHint {

  /** White space and a quotation mark between a word such as password and its colon. */
  private static final int WIDEST_GAP = 4;

  private SecretHint() {}

  static boolean isIn(String text) {
    return SecretScanner.mayFind(text) || isAnnounced(text);
  }

  private static boolean isAnnounced(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c == ':' || c == '=') && followsWord(text, i)) {
        return true;
      }
    }
    return false;
  }

  /** Behind the last letter of password, passwd, secret, api_key or access_token. */
  private static boolean followsWord(String text, int sign) {
    for (int i = sign - 1; i >= 0 && sign - i <= WIDEST_GAP + 1; i--) {
      switch (text.charAt(i)) {
        case 'd', 'D', 't', 'T', 'y', 'Y', 'n', 'N' -> {
          return true;
        }
        case ' ', '\t', '\n', '\u000b', '\f', '\r', '"', '\'' -> {}
        default -> {
          return false;
        }
      }
    }
    return false;
  }
}

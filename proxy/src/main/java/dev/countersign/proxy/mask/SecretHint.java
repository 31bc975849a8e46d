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
    for (int i = 0; i < text.length(); i++) {
      boolean isHint =
          switch (text.charAt(i)) {
            case '-' -> isNext(text, i, '-') && text.startsWith("-----BEGIN ", i);
            case 'A' ->
                (isNext(text, i, 'K') && text.startsWith("AKIA", i))
                    || (isNext(text, i, 'S') && text.startsWith("ASIA", i))
                    || (isNext(text, i, 'I') && text.startsWith("AIza", i));
            case 'g' ->
                (isNext(text, i, 'h') && i + 3 < text.length() && text.charAt(i + 3) == '_')
                    || (isNext(text, i, 'i') && text.startsWith("github_pat_", i))
                    || (isNext(text, i, 'l') && text.startsWith("glpat-", i));
            case 'x' -> isNext(text, i, 'o') && text.startsWith("xox", i);
            case 's' -> isNext(text, i, 'k') && text.startsWith("sk_live_", i);
            case 'e' -> isNext(text, i, 'y') && text.startsWith("eyJ", i);
            case ':', '=' -> followsWord(text, i);
            default -> false;
          };
      if (isHint) {
        return true;
      }
    }
    return false;
  }

  private static boolean isNext(String text, int i, char c) {
    return i + 1 < text.length() && text.charAt(i + 1) == c;
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

package dev.countersign.audit.index;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Hides what commands say of passwords. The journal keeps it, encrypted to its owner; the index,
 * which many can read, need not. Walks through a text as SQL is read, in one go.
 */
final class SecretLiterals {

  static final String HIDDEN = "…";

  private static final Set<String> BEFORE = Set.of("password", "passwd", "pwd", "secret");

  /** Inside of literals, and of what is no SQL. */
  private static final List<Pattern> ANYWHERE =
      List.of(
          Pattern.compile(
              "(?i)(\\b(?:password|passwd|pwd|passfile|sslpassword)\\s{0,5}=\\s{0,5})[^\\s'\",;&…]++"),
          Pattern.compile(
              "(?i)(\\b[a-z][a-z0-9+.-]{0,20}://[^\\s:/@'\"]{1,200}:)[^\\s@/'\"]++(?=@)"),
          Pattern.compile("(?i)(\\b(?:bearer|basic)\\s{1,5})[a-z0-9+/=._~-]{8,}+"));

  private final String text;
  private final StringBuilder out = new StringBuilder();
  private String word = "";
  private int at;

  private SecretLiterals(String text) {
    this.text = text;
  }

  static String hidden(String text) {
    String hidden = new SecretLiterals(text).walk();
    for (Pattern secret : ANYWHERE) {
      hidden = secret.matcher(hidden).replaceAll("$1" + HIDDEN);
    }
    return hidden;
  }

  private String walk() {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '\'') {
        literal(endOfQuoted('\'', word.equals("e")));
      } else if (c == '"') {
        copy(endOfQuoted('"', false));
      } else if (c == '$' && tag() > 0) {
        literal(endOfDollars(tag()));
      } else if (text.startsWith("--", at)) {
        copy(endOr(text.indexOf('\n', at)));
      } else if (text.startsWith("/*", at)) {
        copy(endOr(text.indexOf("*/", at) < 0 ? -1 : text.indexOf("*/", at) + 2));
      } else if (Character.isLetter(c)) {
        word();
      } else {
        // Between the word and its literal may stand an equals sign.
        word = Character.isWhitespace(c) || c == '=' || c == ':' || c == '&' ? word : "";
        copy(at + 1);
      }
    }
    return out.toString();
  }

  private void word() {
    int end = at;
    while (end < text.length() && isOfWord(text.charAt(end))) {
      end++;
    }
    String next = text.substring(at, end).toLowerCase(Locale.ROOT);
    boolean isPrefix =
        end < text.length()
            && ((next.equals("e") && text.charAt(end) == '\'')
                || (next.equals("u") && text.startsWith("&'", end)));
    if (isPrefix && BEFORE.contains(word)) {
      copy(end);
      if (next.equals("e")) {
        hide(endOfQuoted('\'', true));
      }
      return;
    }
    word = next;
    copy(end);
  }

  private static boolean isOfWord(char c) {
    return Character.isLetterOrDigit(c) || c == '_';
  }

  private void literal(int end) {
    if (BEFORE.contains(word)) {
      hide(end);
    } else {
      copy(end);
    }
    word = "";
  }

  private void hide(int end) {
    out.append('\'').append(HIDDEN).append('\'');
    at = end;
    word = "";
  }

  private void copy(int end) {
    out.append(text, at, end);
    at = end;
  }

  /** Behind the closing quote, or at the end where none closes it. */
  private int endOfQuoted(char quote, boolean escapes) {
    int i = at + 1;
    while (i < text.length()) {
      char c = text.charAt(i);
      if (escapes && c == '\\') {
        i++;
      } else if (c == quote) {
        if (i + 1 >= text.length() || text.charAt(i + 1) != quote) {
          return i + 1;
        }
        i++;
      }
      i++;
    }
    return text.length();
  }

  /** How long a dollar quote's tag is here; 0 if none is. */
  private int tag() {
    int i = at + 1;
    while (i < text.length() && isOfWord(text.charAt(i)) && i - at < 64) {
      i++;
    }
    boolean isTag = i < text.length() && text.charAt(i) == '$';
    boolean isParameter = i > at + 1 && Character.isDigit(text.charAt(at + 1));
    return isTag && !isParameter ? i + 1 - at : 0;
  }

  private int endOfDollars(int tag) {
    int close = text.indexOf(text.substring(at, at + tag), at + tag);
    return close < 0 ? text.length() : close + tag;
  }

  private int endOr(int found) {
    return found < 0 ? text.length() : found;
  }
}

package dev.countersign.decision.approval;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.lang.Character.UnicodeScript;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * Text that somebody else wrote, in a form that hides nothing from its reader and does nothing to
 * his terminal.
 *
 * <p>A character that is not seen, that moves others, or that passes for another stands as a
 * backslash, the letter u and its code point in hex in braces; so does a backslash that would make
 * a text look like that, and so two texts never look the same. Line feeds and tabs stay, or, on one
 * line, a line feed stands as ⏎ and what was written as ⏎ is escaped. A run of more than 40 blanks
 * stands as one such escape with a count, {@code 20*3000}; one of several kinds that goes on for as
 * many lines, or much longer, with its length and digest. A letter that is not Latin is escaped
 * within a word that has Latin letters.
 *
 * @param text the visible form
 * @param warnings what may deceive a reader, in words
 * @see <a href="https://www.unicode.org/reports/tr36/">Unicode Security Considerations</a>
 */
public record VisibleText(String text, List<String> warnings) {

  private static final int MAX_BLANKS = 40;

  /** Of spaces, tabs and line feeds in any order: some indented lines that are empty are usual. */
  private static final int MAX_MIXED_BLANKS = 160;

  /** ⏎, what a line feed looks like where there is one line only. */
  private static final int LINE_FEED_SIGN = 0x23CE;

  /** Latin letters, and what goes with the letters of any script. */
  private static final Set<UnicodeScript> AT_HOME =
      EnumSet.of(UnicodeScript.LATIN, UnicodeScript.COMMON, UnicodeScript.INHERITED);

  public VisibleText {
    warnings = List.copyOf(warnings);
  }

  public static VisibleText of(String raw) {
    return new Writer(raw.codePoints().toArray()).write();
  }

  /** The visible form on one line: line feeds are shown as ⏎, and tabs are escaped. */
  public static String line(String raw) {
    return of(raw).text().replace("\n", " ⏎ ").replace("\t", escape('\t'));
  }

  private static String escape(int codePoint) {
    return "\\u{" + Integer.toHexString(codePoint) + "}";
  }

  private static final class Writer {

    private final int[] raw;
    private final StringBuilder out = new StringBuilder();
    private final Set<UnicodeScript> scripts = EnumSet.noneOf(UnicodeScript.class);
    private int invisible;
    private int lookAlikes;
    private int longRuns;

    Writer(int[] raw) {
      this.raw = raw;
    }

    VisibleText write() {
      int at = 0;
      while (at < raw.length) {
        if (isBlank(raw[at])) {
          at = blanks(at);
        } else if (Character.isLetter(raw[at])) {
          at = word(at);
        } else {
          other(at);
          at++;
        }
      }
      return new VisibleText(out.toString(), warnings());
    }

    private int blanks(int from) {
      int mixed = from;
      int lines = 0;
      while (mixed < raw.length && isBlank(raw[mixed])) {
        lines += raw[mixed] == '\n' ? 1 : 0;
        mixed++;
      }
      boolean hides = lines > MAX_BLANKS || mixed - from > MAX_MIXED_BLANKS;
      return hides && !isOneCharacter(from, mixed) ? mixed(from, mixed) : alike(from);
    }

    private boolean isOneCharacter(int from, int end) {
      return Arrays.stream(raw, from, end).allMatch(codePoint -> codePoint == raw[from]);
    }

    /** By how many there are, and a digest: two that differ never look the same. */
    private int mixed(int from, int end) {
      longRuns++;
      out.append("\\u{blank*").append(end - from).append('=');
      out.append(digest(new String(raw, from, end - from))).append('}');
      return end;
    }

    private int alike(int from) {
      int end = from;
      while (end < raw.length && raw[end] == raw[from]) {
        end++;
      }
      int count = end - from;
      if (count > MAX_BLANKS) {
        longRuns++;
        out.append("\\u{").append(Integer.toHexString(raw[from])).append('*').append(count);
        out.append('}');
      } else {
        out.repeat(raw[from], count);
      }
      return end;
    }

    private int word(int from) {
      int end = from;
      boolean latin = false;
      while (end < raw.length && isPartOfWord(raw[end])) {
        latin |= UnicodeScript.of(raw[end]) == UnicodeScript.LATIN;
        end++;
      }
      for (int i = from; i < end; i++) {
        letter(raw[i], latin);
      }
      return end;
    }

    private void letter(int codePoint, boolean amongLatin) {
      UnicodeScript script = UnicodeScript.of(codePoint);
      boolean foreign = !AT_HOME.contains(script);
      if (foreign) {
        scripts.add(script);
      }
      if (isInvisible(codePoint)) {
        invisible++;
        out.append(escape(codePoint));
      } else if (isLatinLookAlike(codePoint) || (foreign && amongLatin)) {
        lookAlikes++;
        out.append(escape(codePoint));
      } else {
        out.appendCodePoint(codePoint);
      }
    }

    private void other(int at) {
      int codePoint = raw[at];
      if (isInvisible(codePoint)) {
        invisible++;
        out.append(escape(codePoint));
      } else if (isLatinLookAlike(codePoint)) {
        lookAlikes++;
        out.append(escape(codePoint));
      } else if (codePoint == LINE_FEED_SIGN) {
        out.append(escape(codePoint));
      } else if (codePoint == '\\'
          && at + 2 < raw.length
          && raw[at + 1] == 'u'
          && raw[at + 2] == '{') {
        out.append(escape(codePoint));
      } else {
        out.appendCodePoint(codePoint);
      }
    }

    private List<String> warnings() {
      List<String> warnings = new ArrayList<>();
      if (invisible > 0) {
        warnings.add(
            invisible == 1
                ? "1 character that is not seen, or that moves others"
                : invisible + " characters that are not seen, or that move others");
      }
      if (lookAlikes > 0) {
        warnings.add(
            lookAlikes == 1
                ? "1 character that looks like another"
                : lookAlikes + " characters that look like others");
      }
      if (longRuns > 0) {
        warnings.add(
            "blanks that push the rest out of sight, "
                + (longRuns == 1 ? "once" : longRuns + " times"));
      }
      for (UnicodeScript script : scripts) {
        warnings.add("letters of the script " + script);
      }
      return warnings;
    }
  }

  private static String digest(String text) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(US_ASCII)), 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static boolean isBlank(int codePoint) {
    return codePoint == ' ' || codePoint == '\n' || codePoint == '\t';
  }

  private static boolean isPartOfWord(int codePoint) {
    return Character.isLetterOrDigit(codePoint)
        || codePoint == '_'
        || Character.getType(codePoint) == Character.NON_SPACING_MARK;
  }

  /** Whether a character shows nothing but perhaps a blank, or moves others. */
  public static boolean isInvisible(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SPACE_SEPARATOR,
          Character.ENCLOSING_MARK ->
          codePoint != ' ';
      default -> isDefaultIgnorable(codePoint);
    };
  }

  /** Those of Unicode's Default_Ignorable_Code_Point that have a category of something seen. */
  private static boolean isDefaultIgnorable(int codePoint) {
    return codePoint == 0x034F
        || codePoint == 0x2800
        || (codePoint >= 0x115F && codePoint <= 0x1160)
        || (codePoint >= 0x17B4 && codePoint <= 0x17B5)
        || (codePoint >= 0x180B && codePoint <= 0x180F)
        || codePoint == 0x3164
        || codePoint == 0xFFA0
        || (codePoint >= 0xFE00 && codePoint <= 0xFE0F)
        || (codePoint >= 0xE0000 && codePoint <= 0xE0FFF);
  }

  /** Full-width forms, and letters dressed for mathematics. */
  private static boolean isLatinLookAlike(int codePoint) {
    return (codePoint >= 0xFF01 && codePoint <= 0xFF5E)
        || (codePoint >= 0x1D400 && codePoint <= 0x1D7FF)
        || (codePoint >= 0x2100 && codePoint <= 0x214F && Character.isLetter(codePoint))
        || codePoint == 0x037E
        || codePoint == 0x2024
        || codePoint == 0x2044
        || codePoint == 0x2215;
  }
}

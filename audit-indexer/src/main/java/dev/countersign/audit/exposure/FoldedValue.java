package dev.countersign.audit.exposure;

import static java.util.Objects.requireNonNull;

import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A value without what people write differently, so that one is found however it was written. What
 * kind it is shows in the value alone: whoever records it and whoever asks for it come to the same.
 *
 * @param text empty if nothing is left of it
 */
public record FoldedValue(Kind kind, String text) {

  /** How a value is folded. */
  public enum Kind {
    /** Lower case. */
    EMAIL,
    /** Its digits alone: phone numbers, cards, social security numbers, dates, ids. */
    NUMBER,
    /** An account number: upper case without spaces. */
    IBAN,
    /** Any other text: lower case, single spaces. */
    TEXT
  }

  /** A longer text is no value to ask for. */
  public static final int LONGEST = 4_096;

  private static final Pattern EMAIL = Pattern.compile("[^\\s@]{1,64}@[^\\s@]{1,255}");
  private static final Pattern NUMBER = Pattern.compile("[+(]{0,2}[0-9][0-9 ()./-]{0,60}");
  private static final Pattern IBAN =
      Pattern.compile("[A-Za-z]{2}[0-9]{2}(?: ?[A-Za-z0-9]){11,30}");
  private static final Pattern SPACES = Pattern.compile("[\\s\\p{Z}]+");

  public FoldedValue {
    requireNonNull(kind, "kind");
    requireNonNull(text, "text");
  }

  /**
   * Folds a value.
   *
   * @throws IllegalArgumentException if it is longer than {@link #LONGEST}
   */
  public static FoldedValue of(String value) {
    if (value.length() > LONGEST) {
      throw new IllegalArgumentException("a value has at most " + LONGEST + " characters");
    }
    String text =
        SPACES.matcher(Normalizer.normalize(value, Normalizer.Form.NFKC)).replaceAll(" ").strip();
    if (EMAIL.matcher(text).matches()) {
      return new FoldedValue(Kind.EMAIL, lower(text));
    }
    if (NUMBER.matcher(text).matches()) {
      return new FoldedValue(Kind.NUMBER, text.replaceAll("[^0-9]", ""));
    }
    if (IBAN.matcher(text).matches()) {
      return new FoldedValue(Kind.IBAN, text.replace(" ", "").toUpperCase(Locale.ROOT));
    }
    return new FoldedValue(Kind.TEXT, lower(text));
  }

  /** Both ways: some letters have one upper form and two lower ones. */
  private static String lower(String text) {
    return text.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
  }

  /** Without the value. */
  @Override
  public String toString() {
    return "FoldedValue[kind=%s, characters=%d]".formatted(kind, text.length());
  }
}

package dev.countersign.proxy.mask;

import dev.countersign.rules.verdict.Detector;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Finds kinds of content in values, whatever their columns are called. A safety net: who may shape
 * a query can shape values so that nothing is found in them, so columns that are known to be
 * personal are masked by name besides. Each pattern is matched in time linear in the value.
 */
public final class ContentDetectors {

  /**
   * OIDs of pg_type.dat whose values hold no text: bool, int2, int4, oid, float4, float8, money,
   * date, time, timestamp, timestamptz, interval, timetz, bit, varbit, uuid, pg_lsn, xid, cid, tid,
   * xid8, point, lseg, path, box, polygon, line, circle, macaddr, macaddr8, inet and cidr, and the
   * arrays of the first fourteen and of uuid. Any other type may hold some: rows, domains over
   * arrays, and what extensions bring.
   */
  private static final Set<Integer> WITHOUT_TEXT =
      Set.of(
          16, 21, 23, 26, 700, 701, 790, 1082, 1083, 1114, 1184, 1186, 1266, 1560, 1562, 2950, 3220,
          28, 29, 27, 5069, 600, 601, 602, 603, 604, 628, 718, 829, 774, 869, 650, 1000, 1005, 1007,
          1028, 1021, 1022, 791, 1182, 1183, 1115, 1185, 1187, 1270, 1561, 2951);

  /** OIDs of int8 and numeric and of their arrays: numbers that can be those of a card. */
  private static final Set<Integer> NUMBERS = Set.of(20, 1700, 1016, 1231);

  private static final Pattern EMAIL =
      Pattern.compile(
          "[\\w.%+'-]{1,64}+@(?:[\\w-]{1,63}+\\.){1,8}+\\w{2,24}", Pattern.UNICODE_CHARACTER_CLASS);

  /** International with a plus, or ten digits in the groups of North America. */
  private static final Pattern PHONE =
      Pattern.compile(
          "\\+\\d(?:[ ().-]{0,2}+\\d){7,14}+|(?<!\\d)\\(?\\d{3}\\)?[ .-]\\d{3}[ .-]\\d{4}(?!\\d)");

  /** With a plus, and without. */
  private static final int SHORTEST_PHONE = 8;

  private static final int DIGITS_OF_PHONE = 10;
  private static final int DIGITS_OF_SSN = 9;
  private static final int SHORTEST_CARD = 13;

  private static final Pattern IBAN =
      Pattern.compile("(?<![A-Za-z0-9])[A-Za-z]{2}\\d{2}(?: ?[A-Za-z0-9]){11,30}+");

  private static final Pattern CARD = Pattern.compile("(?<!\\d)[2-6](?:[ -]?\\d){12,18}+(?!\\d)");
  private static final Pattern SSN =
      Pattern.compile("(?<!\\d)(?!000|666|9)\\d{3}[- ](?!00)\\d{2}[- ](?!0000)\\d{4}(?!\\d)");

  /** What is said to be a secret; keys and tokens that have a form of their own are known by it. */
  private static final Pattern ANNOUNCED =
      Pattern.compile(
          "(?i)(?<!\\w)(?:password|passwd|secret|api[_-]?key|access[_-]?token)[\"']?\\s{0,3}+[:=]\\s{0,3}+[\"']?\\S{6}");

  private ContentDetectors() {}

  /** Whether values of that type are looked at. */
  public static boolean looksAt(int typeOid, Detector detector) {
    return NUMBERS.contains(typeOid)
        ? detector == Detector.PAYMENT_CARD
        : !WITHOUT_TEXT.contains(typeOid);
  }

  /**
   * Whether the value has such content in it.
   *
   * @param value its bytes, in text or binary format
   */
  public static boolean finds(Detector detector, int typeOid, byte[] value) {
    return looksAt(typeOid, detector) && finds(detector, ValueText.of(typeOid, value));
  }

  /** Whether the text has such content in it. */
  public static boolean finds(Detector detector, String text) {
    return mayFind(detector, text, NumberHint.digits(text)) && hasForm(detector, text);
  }

  /** Whether the text has any such content in it. */
  public static boolean findsAny(Set<Detector> detectors, String text) {
    int digits = NumberHint.digits(text);
    for (Detector detector : detectors) {
      if (mayFind(detector, text, digits) && hasForm(detector, text)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether it is worth a closer look. Only characters of ASCII count for it, so that bytes may be
   * asked about before it is known what text they are.
   */
  public static boolean mayFindAny(Set<Detector> detectors, String text) {
    int digits = NumberHint.digits(text);
    for (Detector detector : detectors) {
      if (mayFind(detector, text, digits)) {
        return true;
      }
    }
    return false;
  }

  private static boolean mayFind(Detector detector, String text, int digits) {
    return switch (detector) {
      case EMAIL -> text.indexOf('@') >= 0;
      case PHONE ->
          digits >= DIGITS_OF_PHONE || (digits >= SHORTEST_PHONE && text.indexOf('+') >= 0);
      case SSN -> digits >= DIGITS_OF_SSN;
      case SECRET -> SecretHint.isIn(text);
      case PAYMENT_CARD -> digits >= SHORTEST_CARD;
      case IBAN -> NumberHint.beginsAccount(text);
    };
  }

  /** What {@link SecretHint} and {@link NumberHint} are the quick answer to. */
  static boolean hasForm(Detector detector, String text) {
    return switch (detector) {
      case EMAIL -> EMAIL.matcher(text).find();
      case PHONE -> PHONE.matcher(text).find();
      case SSN -> SSN.matcher(text).find();
      case SECRET -> ANNOUNCED.matcher(text).find() || !SecretScanner.detectors(text).isEmpty();
      case PAYMENT_CARD -> hasCard(text);
      case IBAN -> hasIban(text);
    };
  }

  /**
   * What was found, each by itself; of secrets nothing.
   *
   * @param value its bytes, in text or binary format
   */
  public static List<String> parts(Detector detector, int typeOid, byte[] value) {
    return looksAt(typeOid, detector) ? parts(detector, ValueText.of(typeOid, value)) : List.of();
  }

  /** What is found in a text, each by itself; of secrets nothing. */
  public static List<String> parts(Detector detector, String text) {
    return switch (detector) {
      case EMAIL -> groups(EMAIL, text).toList();
      case PHONE -> groups(PHONE, text).toList();
      case SSN -> groups(SSN, text).toList();
      case PAYMENT_CARD -> groups(CARD, text).filter(ContentDetectors::isLuhn).toList();
      case IBAN ->
          groups(IBAN, text).flatMap(found -> ibanIn(found.replace(" ", "")).stream()).toList();
      case SECRET -> List.of();
    };
  }

  private static Stream<String> groups(Pattern pattern, String text) {
    return pattern.matcher(text).results().map(MatchResult::group);
  }

  private static boolean hasCard(String text) {
    Matcher candidate = CARD.matcher(text);
    while (candidate.find()) {
      if (isLuhn(candidate.group())) {
        return true;
      }
    }
    return false;
  }

  /** ISO/IEC 7812-1, annex B. */
  private static boolean isLuhn(String number) {
    int sum = 0;
    boolean doubled = false;
    for (int i = number.length() - 1; i >= 0; i--) {
      int digit = Character.digit(number.charAt(i), 10);
      if (digit < 0) {
        continue;
      }
      int value = doubled ? digit * 2 : digit;
      sum += value > 9 ? value - 9 : value;
      doubled = !doubled;
    }
    return sum % 10 == 0;
  }

  private static boolean hasIban(String text) {
    Matcher candidate = IBAN.matcher(text);
    while (candidate.find()) {
      if (ibanIn(candidate.group().replace(" ", "")).isPresent()) {
        return true;
      }
    }
    return false;
  }

  /** What stands behind an IBAN may look like its end: each length is tried. */
  private static Optional<String> ibanIn(String letters) {
    return IntStream.rangeClosed(15, letters.length())
        .mapToObj(length -> letters.substring(0, length))
        .filter(ContentDetectors::isIban)
        .findFirst();
  }

  /** ISO 13616: moved around, letters as numbers, the remainder by 97 is 1. */
  private static boolean isIban(String iban) {
    String moved = iban.substring(4) + iban.substring(0, 4);
    int remainder = 0;
    for (int i = 0; i < moved.length(); i++) {
      int value = Character.digit(moved.charAt(i), 36);
      remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
    }
    return remainder == 1;
  }
}

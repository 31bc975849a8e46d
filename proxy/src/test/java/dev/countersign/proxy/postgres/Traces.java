package dev.countersign.proxy.postgres;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * What is left of many values of any types in what a client received: parts of words and whole
 * numbers, dates and keys, as texts, bytes, digits, hexadecimal, Base64 or digests.
 */
final class Traces {

  /** Words are of few letters that English and digests are not made of. */
  private static final Pattern WORD = Pattern.compile("[gkmqtwzxrhjvpnsy]{8,}");

  private static final Pattern UUID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
  private static final Pattern INSTANT =
      Pattern.compile("(\\d{4}-\\d\\d-\\d\\d)[ T](\\d\\d:\\d\\d:\\d\\d\\.\\d+)");
  private static final Pattern DATE = Pattern.compile("\\d{4}-\\d\\d-\\d\\d");
  private static final Pattern ADDRESS = Pattern.compile("\\d+(\\.\\d+){3}");
  private static final Pattern NUMBER = Pattern.compile("-?\\d{9,}(\\.\\d+)?");

  /** What is compared as lower-case text: the least part that tells a value. */
  private static final int WORD_PART = 6;

  private static final int BASE64_PART = 8;
  private static final int HEX_PART = 12;
  private static final List<Integer> PARTS = List.of(WORD_PART, BASE64_PART, HEX_PART);

  private static final LocalDateTime EPOCH = LocalDateTime.of(2000, 1, 1, 0, 0);

  /** Parts of texts of these three lengths, and the value they are of. */
  private final Map<String, String> parts = new HashMap<>();

  /** Whole texts. */
  private final Map<String, String> texts = new HashMap<>();

  /** Bytes, one char a byte. */
  private final Map<String, String> bytes = new HashMap<>();

  /** Adds all values that PostgreSQL's text of a value has in it. */
  void add(String value) {
    matches(WORD, value).forEach(match -> word(match.group()));
    matches(UUID, value).forEach(match -> uuid(match.group()));
    String rest = UUID.matcher(value).replaceAll(" ");
    matches(INSTANT, rest).forEach(match -> instant(match.group(1), match.group(2)));
    rest = INSTANT.matcher(rest).replaceAll(" ");
    matches(DATE, rest).forEach(match -> date(match.group()));
    rest = DATE.matcher(rest).replaceAll(" ");
    matches(ADDRESS, rest).forEach(match -> address(match.group()));
    rest = ADDRESS.matcher(rest).replaceAll(" ");
    matches(NUMBER, rest).forEach(match -> number(match.group()));
  }

  private static List<MatchResult> matches(Pattern pattern, String value) {
    return pattern.matcher(value).results().toList();
  }

  private void word(String word) {
    String reversed = new StringBuilder(word).reverse().toString();
    for (String form : List.of(word, reversed)) {
      parts(form, WORD_PART, 1, word);
      for (byte[] coded :
          List.of(form.getBytes(US_ASCII), form.toUpperCase(Locale.ROOT).getBytes(US_ASCII))) {
        parts(HexFormat.of().formatHex(coded), HEX_PART, 2, word);
        for (int offset = 0; offset < 3; offset++) {
          int whole = (coded.length - offset) / 3 * 3;
          byte[] groups = Arrays.copyOfRange(coded, offset, offset + whole);
          parts(Base64.getEncoder().encodeToString(groups), BASE64_PART, 4, word);
        }
      }
    }
    parts(md5(word), HEX_PART, 1, word);
  }

  private void parts(String form, int length, int step, String value) {
    for (int i = 0; i + length <= form.length(); i += step) {
      parts.put(form.substring(i, i + length).toLowerCase(Locale.ROOT), value);
    }
  }

  private static String md5(String value) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("MD5").digest(value.getBytes(US_ASCII)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private void uuid(String uuid) {
    String hex = uuid.replace("-", "");
    texts.put(uuid, uuid);
    parts(hex, HEX_PART, 2, uuid);
    bytes(HexFormat.of().parseHex(hex), uuid);
  }

  private void instant(String day, String time) {
    texts.put(day + " " + time, day);
    texts.put(day + "t" + time, day);
    long micros = ChronoUnit.MICROS.between(EPOCH, LocalDateTime.parse(day + "T" + time));
    bytes(ByteBuffer.allocate(Long.BYTES).putLong(micros).array(), day + " " + time);
  }

  private void date(String day) {
    texts.put(day, day);
    int days = (int) ChronoUnit.DAYS.between(EPOCH.toLocalDate(), LocalDate.parse(day));
    bytes(ByteBuffer.allocate(Integer.BYTES).putInt(days).array(), day);
  }

  private void address(String address) {
    texts.put(address, address);
    byte[] coded = new byte[4];
    String[] octets = address.split("\\.", 4);
    for (int i = 0; i < coded.length; i++) {
      coded[i] = (byte) Integer.parseInt(octets[i]);
    }
    bytes(coded, address);
  }

  private void number(String number) {
    String digits = number.replace("-", "");
    texts.put(digits, number);
    texts.put(digits.replace(".", ""), number);
    texts.put(new StringBuilder(digits).reverse().toString(), number);
    BigDecimal value = new BigDecimal(number);
    if (value.scale() > 0) {
      double rounded = value.doubleValue();
      bytes(ByteBuffer.allocate(Double.BYTES).putDouble(rounded).array(), number);
      bytes(groups(digits), number);
    } else if (value.unscaledValue().bitLength() < Integer.SIZE) {
      bytes(ByteBuffer.allocate(Integer.BYTES).putInt(value.intValueExact()).array(), number);
    } else {
      bytes(ByteBuffer.allocate(Long.BYTES).putLong(value.longValueExact()).array(), number);
    }
  }

  /** Numeric's binary format has four digits in every two bytes, from the point on. */
  private static byte[] groups(String digits) {
    int point = digits.indexOf('.');
    String whole = "0".repeat(3 - (point + 3) % 4) + digits.substring(0, point);
    ByteBuffer groups = ByteBuffer.allocate(whole.length() / 2);
    for (int i = 0; i < whole.length(); i += 4) {
      groups.putShort(Short.parseShort(whole.substring(i, i + 4)));
    }
    return groups.array();
  }

  private void bytes(byte[] coded, String value) {
    bytes.put(new String(coded, ISO_8859_1), value);
    texts.put(HexFormat.of().formatHex(coded), value);
  }

  /** A value of which something is in these bytes, one char a byte. */
  Optional<String> in(String received) {
    String lower = received.toLowerCase(Locale.ROOT);
    // UTF-16 and the like put zeros between.
    String dense = lower.replace("\0", "");
    return part(lower)
        .or(() -> lower.equals(dense) ? Optional.empty() : part(dense))
        .or(() -> whole(texts, lower))
        .or(() -> whole(bytes, received));
  }

  private Optional<String> part(String text) {
    for (int length : PARTS) {
      for (int i = 0; i + length <= text.length(); i++) {
        String value = parts.get(text.substring(i, i + length));
        if (value != null) {
          return Optional.of(text.substring(i, i + length) + " of " + value);
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<String> whole(Map<String, String> values, String text) {
    return values.entrySet().stream()
        .filter(entry -> text.contains(entry.getKey()))
        .map(Map.Entry::getValue)
        .findFirst();
  }
}

package dev.countersign.proxy.mask;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.countersign.rules.verdict.Masker;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Locale;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Masks of values that are no text: what comes out is a value of the type, in the format it came
 * in, or NULL where nothing of the type would be honest. The format shows in the length: no text of
 * these types is as long as its binary form.
 */
final class TypedMask {

  /** OIDs of pg_type.dat. */
  private static final int INT8 = 20;

  private static final int INT2 = 21;
  private static final int INT4 = 23;
  private static final int JSON = 114;

  private static final int DATE = 1082;
  private static final int TIMESTAMP = 1114;
  private static final int TIMESTAMPTZ = 1184;
  private static final int NUMERIC = 1700;
  private static final int UUID_TYPE = 2950;
  private static final int JSONB = 3802;

  private static final int UUID_BYTES = 16;
  private static final byte JSONB_VERSION = 1;
  private static final LocalDate EPOCH = LocalDate.of(2000, 1, 1);
  private static final long DAY_MICROS = 86_400_000_000L;

  private static final Pattern INTEGER = Pattern.compile("-?\\d{1,19}");
  private static final Pattern DECIMAL = Pattern.compile("-?\\d+(?:\\.\\d+)?");
  private static final Pattern DAY = Pattern.compile("(\\d{4,7})-\\d\\d-\\d\\d");
  private static final Pattern MOMENT =
      Pattern.compile(
          "(\\d{4,6})-(\\d\\d)-(\\d\\d) (\\d\\d):(\\d\\d):(\\d\\d)(?:\\.\\d+)?"
              + "(?:([+-])(\\d{2,3})(?::(\\d\\d))?(?::(\\d\\d))?)?");

  private TypedMask() {}

  /**
   * Hides a value.
   *
   * @param digest keyed, of at least 16 bytes
   * @return null for SQL NULL
   */
  static byte @Nullable [] mask(
      Masker masker, int type, byte[] value, UnaryOperator<byte[]> digest) {
    return switch (masker) {
      case NULL -> null;
      case REDACT -> isJson(type) ? json(value, "*****") : null;
      case HASH ->
          switch (type) {
            case UUID_TYPE -> uuid(value, digest);
            case JSON, JSONB -> json(value, DigestText.of(digest.apply(document(value))));
            default -> null;
          };
      case FORMAT ->
          switch (type) {
            case INT2 -> integer(value, Short.BYTES, Short.MAX_VALUE, digest);
            case INT4 -> integer(value, Integer.BYTES, Integer.MAX_VALUE, digest);
            case INT8 -> integer(value, Long.BYTES, Long.MAX_VALUE, digest);
            case NUMERIC -> numeric(value, digest);
            case DATE -> date(value);
            case TIMESTAMP, TIMESTAMPTZ -> moment(value);
            default -> mask(Masker.HASH, type, value, digest);
          };
      case PARTIAL ->
          switch (type) {
            case DATE -> date(value);
            case TIMESTAMP, TIMESTAMPTZ -> moment(value);
            case JSON, JSONB -> json(value, "*****");
            default -> null;
          };
    };
  }

  /**
   * Bytes that are digits are taken for digits; as many come out, which are a number either way.
   */
  private static byte @Nullable [] integer(
      byte[] value, int bytes, long largest, UnaryOperator<byte[]> digest) {
    String text = new String(value, US_ASCII);
    boolean isText = INTEGER.matcher(text).matches();
    if (!isText && value.length != bytes) {
      return null;
    }
    String number = isText ? text : new BigInteger(value).toString();
    BigInteger masked = new BigInteger(FormatMask.decimal(number, digest));
    if (masked.abs().compareTo(BigInteger.valueOf(largest)) > 0) {
      masked = new BigInteger(masked.toString().replaceFirst("\\d", "1"));
    }
    return isText
        ? masked.toString().getBytes(US_ASCII)
        : Arrays.copyOfRange(
            ByteBuffer.allocate(Long.BYTES).putLong(masked.longValueExact()).array(),
            Long.BYTES - bytes,
            Long.BYTES);
  }

  private static byte @Nullable [] numeric(byte[] value, UnaryOperator<byte[]> digest) {
    if (BinaryNumeric.isBinary(value)) {
      return BinaryNumeric.decimal(value)
          .map(number -> BinaryNumeric.of(FormatMask.decimal(number, digest)))
          .orElse(null);
    }
    String text = new String(value, US_ASCII);
    return DECIMAL.matcher(text).matches()
        ? FormatMask.decimal(text, digest).getBytes(US_ASCII)
        : null;
  }

  private static boolean isJson(int type) {
    return type == JSON || type == JSONB;
  }

  /** JSON's own text has no byte below a space at its start but white space: jsonb's version is. */
  private static boolean isBinaryJson(byte[] value) {
    return value.length > 0 && value[0] == JSONB_VERSION;
  }

  private static byte[] document(byte[] value) {
    return isBinaryJson(value) ? Arrays.copyOfRange(value, 1, value.length) : value;
  }

  private static byte[] json(byte[] value, String text) {
    byte[] string = ('"' + text + '"').getBytes(UTF_8);
    return isBinaryJson(value)
        ? ByteBuffer.allocate(1 + string.length).put(JSONB_VERSION).put(string).array()
        : string;
  }

  /** The same in both formats, so that it joins. Of version 8, as RFC 9562 has it for makers. */
  private static byte @Nullable [] uuid(byte[] value, UnaryOperator<byte[]> digest) {
    byte[] binary = value;
    if (value.length != UUID_BYTES) {
      try {
        UUID parsed = UUID.fromString(new String(value, US_ASCII));
        binary = bytes(parsed.getMostSignificantBits(), parsed.getLeastSignificantBits());
      } catch (IllegalArgumentException noUuid) {
        return null;
      }
    }
    ByteBuffer hashed = ByteBuffer.wrap(digest.apply(binary));
    long high = (hashed.getLong() & ~0xf000L) | 0x8000L;
    long low = (hashed.getLong() & ~(3L << 62)) | (1L << 63);
    return value.length == UUID_BYTES
        ? bytes(high, low)
        : new UUID(high, low).toString().getBytes(US_ASCII);
  }

  private static byte[] bytes(long high, long low) {
    return ByteBuffer.allocate(UUID_BYTES).putLong(high).putLong(low).array();
  }

  /** The first day of the year. */
  private static byte @Nullable [] date(byte[] value) {
    if (value.length == Integer.BYTES) {
      int days = ByteBuffer.wrap(value).getInt();
      boolean isFinite = days != Integer.MAX_VALUE && days != Integer.MIN_VALUE;
      return isFinite
          ? ByteBuffer.allocate(Integer.BYTES).putInt((int) yearOf(days)).array()
          : null;
    }
    Matcher day = DAY.matcher(new String(value, US_ASCII));
    return day.matches() ? (day.group(1) + "-01-01").getBytes(US_ASCII) : null;
  }

  /** The first moment of the year. */
  private static byte @Nullable [] moment(byte[] value) {
    if (value.length == Long.BYTES) {
      long micros = ByteBuffer.wrap(value).getLong();
      boolean isFinite =
          micros != Long.MAX_VALUE
              && micros != Long.MIN_VALUE
              && !Arrays.equals(value, "infinity".getBytes(US_ASCII));
      return isFinite
          ? ByteBuffer.allocate(Long.BYTES)
              .putLong(yearOf(Math.floorDiv(micros, DAY_MICROS)) * DAY_MICROS)
              .array()
          : null;
    }
    Matcher moment = MOMENT.matcher(new String(value, US_ASCII));
    if (!moment.matches()) {
      return null;
    }
    if (moment.group(7) == null) {
      return (moment.group(1) + "-01-01 00:00:00").getBytes(US_ASCII);
    }
    // The zone is the client's to choose: by the year in each, the moment itself could be told.
    int year = inUtc(moment).getYear();
    return year < 1
        ? null
        : String.format(Locale.ROOT, "%04d-01-01 00:00:00+00", year).getBytes(US_ASCII);
  }

  private static LocalDateTime inUtc(Matcher moment) {
    int ahead = seconds(moment, 8) * (moment.group(7).equals("-") ? -1 : 1);
    return LocalDate.of(number(moment, 1), 1, 1)
        .atStartOfDay()
        .plusMonths(number(moment, 2) - 1)
        .plusDays(number(moment, 3) - 1)
        .plusSeconds(seconds(moment, 4) - ahead);
  }

  private static int seconds(Matcher moment, int hours) {
    return (number(moment, hours) * 60 + number(moment, hours + 1)) * 60
        + number(moment, hours + 2);
  }

  private static int number(Matcher moment, int group) {
    return moment.group(group) == null ? 0 : Integer.parseInt(moment.group(group));
  }

  private static long yearOf(long days) {
    return ChronoUnit.DAYS.between(EPOCH, EPOCH.plusDays(days).withDayOfYear(1));
  }
}

package dev.countersign.proxy.mask;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Optional;

/**
 * What can be read in a value, whatever its type: of an array or a row, what can be read in each of
 * its parts, by itself. In binary format a part follows its length, one byte of which may be a
 * letter or a digit, and what is found depends on what stands in front of it.
 *
 * <p>The formats are those of PostgreSQL's array_send and record_send.
 */
final class ValueText {

  private static final int BYTEA = 17;
  private static final int INT8 = 20;
  private static final int NUMERIC = 1700;

  /** Rows of rows of rows. */
  private static final int MOST_LEVELS = 16;

  private static final int MOST_DIMENSIONS = 6;
  private static final int NULL = -1;
  private static final char BETWEEN = '\n';

  private ValueText() {}

  /**
   * The text.
   *
   * @param value its bytes, in text or binary format
   */
  static String of(int typeOid, byte[] value) {
    return of(typeOid, value, 0);
  }

  private static String of(int typeOid, byte[] value, int level) {
    return switch (typeOid) {
      case INT8 -> integer(value);
      case NUMERIC -> numeric(value);
      case BYTEA -> bytes(value);
      default -> {
        if (level == MOST_LEVELS || isText(value)) {
          yield new String(value, UTF_8);
        }
        yield array(ByteBuffer.wrap(value), level)
            .or(() -> row(ByteBuffer.wrap(value), level))
            .orElseGet(() -> new String(value, UTF_8));
      }
    };
  }

  /** No text has a zero byte in it, and no count or length of something binary has none. */
  private static boolean isText(byte[] value) {
    for (byte b : value) {
      if (b == 0) {
        return false;
      }
    }
    return true;
  }

  /** Eight digits are eight digits: no card has a number whose bytes would look like them. */
  private static String integer(byte[] value) {
    String text = new String(value, UTF_8);
    return value.length != Long.BYTES || text.chars().allMatch(Character::isDigit)
        ? text
        : String.valueOf(ByteBuffer.wrap(value).getLong());
  }

  private static String numeric(byte[] value) {
    return BinaryNumeric.isBinary(value)
        ? BinaryNumeric.decimal(value).orElse("")
        : new String(value, UTF_8);
  }

  /** In text format they are hexadecimal. */
  private static String bytes(byte[] value) {
    boolean isHex = value.length >= 2 && value[0] == '\\' && value[1] == 'x';
    if (!isHex) {
      return new String(value, UTF_8);
    }
    String digits = new String(value, 2, value.length - 2, UTF_8);
    try {
      return new String(HexFormat.of().parseHex(digits), UTF_8);
    } catch (IllegalArgumentException notHex) {
      return digits;
    }
  }

  /** {@code dimensions has-null element-type (size lower-bound){dimensions} (length element)*}. */
  private static Optional<String> array(ByteBuffer in, int level) {
    try {
      int dimensions = in.getInt();
      int hasNull = in.getInt();
      int type = in.getInt();
      if (dimensions < 0 || dimensions > MOST_DIMENSIONS || hasNull >>> 1 != 0) {
        return Optional.empty();
      }
      in.position(in.position() + dimensions * 2 * Integer.BYTES);
      StringBuilder text = new StringBuilder();
      while (in.hasRemaining()) {
        append(type, in, level, text);
      }
      return Optional.of(text.toString());
    } catch (BufferUnderflowException | IllegalArgumentException notOne) {
      return Optional.empty();
    }
  }

  /** {@code columns (type length value)*}. */
  private static Optional<String> row(ByteBuffer in, int level) {
    try {
      StringBuilder text = new StringBuilder();
      for (int left = in.getInt(); left > 0; left--) {
        append(in.getInt(), in, level, text);
      }
      return in.hasRemaining() ? Optional.empty() : Optional.of(text.toString());
    } catch (BufferUnderflowException | IllegalArgumentException notOne) {
      return Optional.empty();
    }
  }

  private static void append(int type, ByteBuffer in, int level, StringBuilder text) {
    int length = in.getInt();
    if (length < NULL || length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    if (length != NULL) {
      byte[] value = new byte[length];
      in.get(value);
      text.append(of(type, value, level + 1));
    }
    text.append(BETWEEN);
  }
}

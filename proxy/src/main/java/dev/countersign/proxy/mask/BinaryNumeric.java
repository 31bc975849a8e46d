package dev.countersign.proxy.mask;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A numeric in binary format, as PostgreSQL's numeric_send writes it, and in decimal.
 *
 * <pre>
 * groups(2) weight(2) sign(2) scale(2) group(2)*    a group is four digits
 * </pre>
 */
final class BinaryNumeric {

  private static final int HEADER = 8;
  private static final int GROUP = 4;
  private static final int TEN_THOUSAND = 10_000;
  private static final short POSITIVE = 0;
  private static final short NEGATIVE = 0x4000;

  private BinaryNumeric() {}

  /** Whether a value of that type is in binary format: no text begins with a zero byte. */
  static boolean isBinary(byte[] value) {
    return value.length >= HEADER && value[0] == 0;
  }

  /** In decimal; empty for what is no number, and for the infinite ones. */
  static Optional<String> decimal(byte[] value) {
    try {
      ByteBuffer in = ByteBuffer.wrap(value);
      int groups = in.getShort();
      int weight = in.getShort();
      short sign = in.getShort();
      int scale = in.getShort();
      if ((sign != POSITIVE && sign != NEGATIVE) || scale < 0) {
        return Optional.empty();
      }
      StringBuilder digits = new StringBuilder("0".repeat(GROUP * Math.max(0, -1 - weight)));
      for (int i = 0; i < groups; i++) {
        int group = in.getShort();
        if (group < 0 || group >= TEN_THOUSAND) {
          return Optional.empty();
        }
        digits.append(String.valueOf(TEN_THOUSAND + group), 1, 1 + GROUP);
      }
      int point = GROUP * Math.max(0, weight + 1);
      digits.append("0".repeat(Math.max(0, point + scale - digits.length())));
      String whole = digits.substring(0, point).replaceFirst("^0+", "");
      return Optional.of(
          (sign == NEGATIVE ? "-" : "")
              + (whole.isEmpty() ? "0" : whole)
              + (scale == 0 ? "" : "." + digits.substring(point, point + scale)));
    } catch (BufferUnderflowException notOne) {
      return Optional.empty();
    }
  }

  /** In binary format, of a number in decimal. */
  static byte[] of(String decimal) {
    boolean isNegative = decimal.startsWith("-");
    String unsigned = isNegative ? decimal.substring(1) : decimal;
    int point = unsigned.indexOf('.');
    String whole = point < 0 ? unsigned : unsigned.substring(0, point);
    String fraction = point < 0 ? "" : unsigned.substring(point + 1);
    String digits =
        "0".repeat(Math.floorMod(-whole.length(), GROUP))
            + whole
            + fraction
            + "0".repeat(Math.floorMod(-fraction.length(), GROUP));
    int groups = digits.length() / GROUP;
    ByteBuffer out =
        ByteBuffer.allocate(HEADER + Short.BYTES * groups)
            .putShort((short) groups)
            .putShort((short) ((whole.length() + GROUP - 1) / GROUP - 1))
            .putShort(isNegative ? NEGATIVE : POSITIVE)
            .putShort((short) fraction.length());
    for (int i = 0; i < groups; i++) {
      out.putShort((short) Integer.parseInt(digits, GROUP * i, GROUP * (i + 1), 10));
    }
    return out.array();
  }
}

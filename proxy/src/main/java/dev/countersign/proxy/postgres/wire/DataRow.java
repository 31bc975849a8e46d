package dev.countersign.proxy.postgres.wire;

import io.netty.buffer.ByteBuf;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * One row. Layout: {@code 'D', int32 length, int16 n}, then n times {@code int32 length or -1,
 * bytes}. Never decoded whole: columns that nobody changes are copied as they lie.
 */
public final class DataRow {

  private static final int HEADER = 5;

  private DataRow() {}

  /**
   * Answers a column's new value, or null for SQL NULL. Asked only for values that are not NULL.
   */
  @FunctionalInterface
  public interface Replacement {
    byte @Nullable [] replace(int column, byte[] value);
  }

  /**
   * One value; null for SQL NULL.
   *
   * @param frame the whole message; stays as it was
   * @throws WireException.Malformed if the row has no such column or does not add up
   */
  public static byte @Nullable [] value(ByteBuf frame, int column) {
    int at = frame.readerIndex() + HEADER;
    int end = frame.writerIndex();
    if (end - at < 2 || frame.getUnsignedShort(at) <= column) {
      throw new WireException.Malformed("a row has other columns than its description");
    }
    at += 2;
    for (int before = 0; before < column; before++) {
      at += 4 + Math.max(lengthAt(frame, at, end), 0);
    }
    int length = lengthAt(frame, at, end);
    if (length < 0) {
      return null;
    }
    byte[] value = new byte[length];
    frame.getBytes(at + 4, value);
    return value;
  }

  /**
   * Writes the row with some values replaced.
   *
   * @param frame the whole message; stays as it was
   * @param columns how many columns there must be
   * @param replaced which of them are replaced
   * @throws WireException.Malformed if the row has other columns or does not add up
   */
  public static void rewrite(
      ByteBuf frame, int columns, BitSet replaced, Replacement with, ByteBuf out) {
    int start = WireWriter.open(out, 'D');
    int at = frame.readerIndex() + HEADER;
    int end = frame.writerIndex();
    if (end - at < 2 || frame.getShort(at) != columns) {
      throw new WireException.Malformed("a row has other columns than its description");
    }
    int kept = at;
    at += 2;
    for (int column = 0; column < columns; column++) {
      int length = lengthAt(frame, at, end);
      int next = at + 4 + Math.max(length, 0);
      if (length >= 0 && replaced.get(column)) {
        out.writeBytes(frame, kept, at - kept);
        byte[] value = new byte[length];
        frame.getBytes(at + 4, value);
        write(out, with.replace(column, value));
        kept = next;
      }
      at = next;
    }
    if (at != end) {
      throw new WireException.Malformed("a row is longer than its columns");
    }
    out.writeBytes(frame, kept, end - kept);
    WireWriter.close(out, start);
  }

  private static int lengthAt(ByteBuf frame, int at, int end) {
    if (end - at < 4) {
      throw new WireException.Malformed("a row ends too early");
    }
    int length = frame.getInt(at);
    if (length < -1 || length > end - at - 4) {
      throw new WireException.Malformed("a value's length does not fit its row");
    }
    return length;
  }

  private static void write(ByteBuf out, byte @Nullable [] value) {
    if (value == null) {
      out.writeInt(-1);
    } else {
      out.writeInt(value.length).writeBytes(value);
    }
  }
}

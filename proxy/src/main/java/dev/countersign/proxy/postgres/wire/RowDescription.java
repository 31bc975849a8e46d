package dev.countersign.proxy.postgres.wire;

import io.netty.buffer.ByteBuf;
import java.util.List;

/**
 * The columns of the rows to come. Layout: {@code 'T', int32 length, int16 n}, then n times {@code
 * cstring name, int32 table OID, int16 column number, int32 type OID, int16 type size, int32 type
 * modifier, int16 format}.
 */
public record RowDescription(List<Field> fields) {

  private static final int SMALLEST_FIELD = 19;

  /**
   * One column.
   *
   * @param table the OID of the table it comes straight from, 0 if it is computed
   * @param column its number there, 0 if it is computed
   * @param format 0 text, 1 binary; 0 where a statement is described, as nobody has chosen yet
   */
  public record Field(
      String name, int table, short column, int type, short size, int modifier, short format) {

    static Field decode(WireReader in) {
      return new Field(
          in.cString(), in.int32(), in.int16(), in.int32(), in.int16(), in.int32(), in.int16());
    }
  }

  public RowDescription {
    fields = List.copyOf(fields);
  }

  public static RowDescription decode(ByteBuf frame) {
    return WireReader.body(frame, in -> new RowDescription(in.list(SMALLEST_FIELD, Field::decode)));
  }
}

package dev.countersign.proxy.postgres;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.countersign.decision.resource.PostgresSessions;
import dev.countersign.proxy.postgres.wire.RowDescription;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The first rows of a command's results as the client got them: a line a row, JSON arrays of texts
 * and nulls. Values in binary format stand as {@code \x} and hex, unless they are text all the
 * same. Confined to the session's event loop.
 */
final class RecordedRows {

  private static final int BODY = 5;
  private static final short BINARY = 1;

  /** OIDs of pg_type.dat whose binary format is their text: name, text, json, xml, bpchar … */
  private static final Set<Integer> TEXT_TYPES = Set.of(19, 25, 114, 142, 705, 1042, 1043);

  private final PostgresSessions.Recording limits;
  private final StringBuilder lines = new StringBuilder();
  private int rows;

  RecordedRows(PostgresSessions.Recording limits) {
    this.limits = limits;
  }

  /**
   * Takes a row, if there is room for it.
   *
   * @param frame a DataRow that is well-formed or was made by the gateway; stays as it was
   * @param formats as in Bind; none for the simple protocol
   * @param description of the row, if it is known
   */
  void add(ByteBuf frame, List<Short> formats, @Nullable RowDescription description) {
    if (rows >= limits.rows() || lines.length() + frame.readableBytes() > limits.bytes()) {
      rows = limits.rows();
      return;
    }
    rows++;
    int at = frame.readerIndex() + BODY;
    int columns = frame.getUnsignedShort(at);
    at += 2;
    lines.append('[');
    for (int column = 0; column < columns && at + 4 <= frame.writerIndex(); column++) {
      int length = frame.getInt(at);
      at += 4;
      if (column > 0) {
        lines.append(',');
      }
      if (length < 0) {
        lines.append("null");
      } else if (at + length <= frame.writerIndex()) {
        lines.append('"');
        value(frame, at, length, isText(column, formats, description));
        lines.append('"');
        at += length;
      }
    }
    lines.append("]\n");
  }

  /** Whether a value stands as text in a row. */
  static boolean isText(int column, List<Short> formats, @Nullable RowDescription description) {
    Optional<RowDescription.Field> field =
        description != null && column < description.fields().size()
            ? Optional.of(description.fields().get(column))
            : Optional.empty();
    if (field.filter(known -> TEXT_TYPES.contains(known.type())).isPresent()) {
      return true;
    }
    short format =
        switch (formats.size()) {
          case 0 -> field.map(RowDescription.Field::format).orElse((short) 0);
          case 1 -> formats.getFirst();
          default -> column < formats.size() ? formats.get(column) : BINARY;
        };
    return format != BINARY;
  }

  private void value(ByteBuf frame, int at, int length, boolean isText) {
    if (!isText) {
      lines.append("\\\\x").append(ByteBufUtil.hexDump(frame, at, length));
      return;
    }
    boolean isPlain = true;
    for (int i = at; i < at + length && isPlain; i++) {
      byte c = frame.getByte(i);
      isPlain = c >= ' ' && c != '"' && c != '\\';
    }
    String text = frame.toString(at, length, isPlain ? ISO_8859_1 : UTF_8);
    if (isPlain) {
      lines.append(text);
    } else {
      JsonStringEncoder.getInstance().quoteAsString(text, lines);
    }
  }

  /** What was recorded; empty if nothing was. */
  String content() {
    return lines.toString();
  }
}

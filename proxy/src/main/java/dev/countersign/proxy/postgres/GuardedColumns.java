package dev.countersign.proxy.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.countersign.audit.exposure.ExposedValues;
import dev.countersign.proxy.mask.ContentDetectors;
import dev.countersign.proxy.postgres.catalog.MaskedColumns;
import dev.countersign.proxy.postgres.sql.ClassifiedStatement;
import dev.countersign.proxy.postgres.sql.ResultColumn;
import dev.countersign.proxy.postgres.wire.DataRow;
import dev.countersign.proxy.postgres.wire.RowDescription;
import dev.countersign.rules.verdict.Detector;
import dev.countersign.rules.verdict.Masker;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The columns of one result that are masked for anybody, whoever gets it: who saw their values is
 * to be found out later. Confined to the session's event loop.
 */
final class GuardedColumns {

  static final GuardedColumns NONE = new GuardedColumns(List.of());

  /** OIDs of pg_type.dat whose binary format is a number or a UUID. */
  private static final int INT8 = 20;

  private static final int INT2 = 21;
  private static final int INT4 = 23;
  private static final int UUID_TYPE = 2950;

  /**
   * One of them.
   *
   * @param name {@code schema.table.column}, or the label of a computed one
   * @param masked whether it is hidden from this client whatever is in it
   * @param computed whether its values are made of others: whole rows, results of functions
   */
  private record Column(int index, String name, int type, boolean masked, boolean computed) {}

  private final List<Column> columns;

  private GuardedColumns(List<Column> columns) {
    this.columns = columns;
  }

  /** Whether a statement may show any of them. */
  static boolean isNeeded(ClassifiedStatement source, MaskedColumns masked) {
    return masked
        .guarded()
        .filter(
            guarded ->
                !guarded.isEmpty()
                    && (source.facts().opaque() || source.lineage().touches(guarded)))
        .isPresent();
  }

  /**
   * Those of a result.
   *
   * @param maskers what hides each of its columns from this client
   */
  static GuardedColumns of(
      List<ResultColumn> result,
      List<Optional<Masker>> maskers,
      ClassifiedStatement source,
      MaskedColumns masked) {
    if (!isNeeded(source, masked)) {
      return NONE;
    }
    MaskedColumns guarded = masked.guarded().orElseThrow();
    List<Optional<Masker>> forAnybody = source.lineage().mask(result, guarded);
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < result.size(); i++) {
      if (forAnybody.get(i).isPresent()) {
        ResultColumn column = result.get(i);
        columns.add(
            new Column(
                i,
                guarded.name(column.tableOid(), column.attnum()).orElse(column.name()),
                column.typeOid(),
                maskers.get(i).isPresent(),
                column.tableOid() == 0 || column.attnum() == 0));
      }
    }
    return new GuardedColumns(columns);
  }

  boolean isEmpty() {
    return columns.isEmpty();
  }

  /**
   * Looks at a row as the upstream sent it.
   *
   * @param frame a DataRow; stays as it was
   * @param formats as in Bind; none for the simple protocol
   * @param found whether a value of a column that is not masked is hidden all the same
   */
  void look(
      ByteBuf frame,
      List<Short> formats,
      @Nullable RowDescription description,
      BiPredicate<Integer, byte[]> found,
      ExposedValues values) {
    if (!values.hasRoom()) {
      columns.forEach(column -> values.addUnseen(column.name, column.masked));
      return;
    }
    for (Column column : columns) {
      byte @Nullable [] value = DataRow.value(frame, column.index);
      if (value != null) {
        boolean isText = RecordedRows.isText(column.index, formats, description);
        boolean masked = column.masked || found.test(column.index, value);
        String text = isText ? new String(value, UTF_8) : ofBinary(column.type, value);
        values.add(column.name, masked, text);
        if (column.computed) {
          addParts(column.name, masked, text, values);
        }
      }
    }
  }

  /** What values were made into can be anything; whoever saw it clear may have seen any of them. */
  private static void addParts(String name, boolean masked, String text, ExposedValues values) {
    for (Detector detector : Detector.values()) {
      ContentDetectors.parts(detector, text).forEach(part -> values.add(name, masked, part));
    }
    if (!masked) {
      values.addUnseen(name, false);
    }
  }

  /** As PostgreSQL writes it as text, as far as that can be told without the server. */
  private static String ofBinary(int type, byte[] value) {
    ByteBuffer bytes = ByteBuffer.wrap(value);
    if (type == INT2 && value.length == Short.BYTES) {
      return Short.toString(bytes.getShort());
    }
    if (type == INT4 && value.length == Integer.BYTES) {
      return Integer.toString(bytes.getInt());
    }
    if (type == INT8 && value.length == Long.BYTES) {
      return Long.toString(bytes.getLong());
    }
    if (type == UUID_TYPE && value.length == 2 * Long.BYTES) {
      return new UUID(bytes.getLong(), bytes.getLong()).toString();
    }
    return "\\x" + HexFormat.of().formatHex(value);
  }
}

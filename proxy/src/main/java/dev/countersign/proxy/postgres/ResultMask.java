package dev.countersign.proxy.postgres;

import dev.countersign.audit.exposure.ExposedValues;
import dev.countersign.proxy.mask.ContentDetectors;
import dev.countersign.proxy.mask.ValueMasker;
import dev.countersign.proxy.postgres.catalog.MaskedColumns;
import dev.countersign.proxy.postgres.sql.ClassifiedStatement;
import dev.countersign.proxy.postgres.sql.ResultColumn;
import dev.countersign.proxy.postgres.wire.DataRow;
import dev.countersign.proxy.postgres.wire.RowDescription;
import dev.countersign.rules.verdict.ContentRule;
import dev.countersign.rules.verdict.Masker;
import io.netty.buffer.ByteBuf;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What is hidden in the rows of one result: columns by where their values come from, and single
 * values by what is found in them. Confined to the session's event loop.
 */
final class ResultMask {

  /** Of results in which nothing can be hidden, and that tell nobody anything. */
  private static final ResultMask NONE =
      new ResultMask(List.of(), List.of(), List.of(), GuardedColumns.NONE, List.of());

  private final List<RowDescription.Field> fields;
  private final List<Optional<Masker>> maskers;
  private final List<ContentRule> contents;
  private final GuardedColumns guarded;

  /** How the columns are called in the database, where that is known. */
  private final List<String> names;

  /** The columns whose values are looked at. */
  private final BitSet looked;

  /** The columns in which something was found since it was last asked. */
  private final BitSet found = new BitSet();

  private ResultMask(
      List<RowDescription.Field> fields,
      List<Optional<Masker>> maskers,
      List<ContentRule> contents,
      GuardedColumns guarded,
      List<String> names) {
    this.fields = fields;
    this.guarded = guarded;
    this.names = names;
    this.maskers = maskers;
    this.contents = contents;
    looked = new BitSet(maskers.size());
    for (int column = 0; column < maskers.size(); column++) {
      looked.set(column, maskers.get(column).isPresent() || !contents(column).isEmpty());
    }
  }

  private List<ContentRule> contents(int column) {
    return contents.stream()
        .filter(rule -> ContentDetectors.looksAt(fields.get(column).type(), rule.detector()))
        .toList();
  }

  /** Whether the rows of a statement have to be looked at: unknown provenance does, too. */
  static boolean isNeeded(ClassifiedStatement source, MaskedColumns masked) {
    return !masked.isEmpty()
        && (!masked.contents().isEmpty()
            || source.facts().opaque()
            || source.lineage().touches(masked));
  }

  /**
   * The mask for a result.
   *
   * @param source the statement whose rows they are
   */
  static ResultMask of(
      RowDescription description, ClassifiedStatement source, MaskedColumns masked) {
    if (masked.isEmpty() && !GuardedColumns.isNeeded(source, masked)) {
      return NONE;
    }
    List<ResultColumn> columns =
        description.fields().stream()
            .map(
                field ->
                    new ResultColumn(field.name(), field.table(), field.column(), field.type()))
            .toList();
    List<Optional<Masker>> maskers = source.lineage().mask(columns, masked);
    return new ResultMask(
        description.fields(),
        maskers,
        masked.contents(),
        GuardedColumns.of(columns, maskers, source, masked),
        columns.stream()
            .map(column -> masked.name(column.tableOid(), column.attnum()).orElse(column.name()))
            .toList());
  }

  boolean isEmpty() {
    return looked.isEmpty();
  }

  /**
   * Tells what values of guarded columns a row shows, hidden or not.
   *
   * @param frame the row as the upstream sent it
   */
  void expose(
      ByteBuf frame,
      List<Short> formats,
      @Nullable RowDescription description,
      Recorder.Command command) {
    if (!guarded.isEmpty()) {
      command
          .exposed()
          .ifPresent(
              values ->
                  guarded.look(
                      frame,
                      formats,
                      description,
                      (column, value) -> byContent(column, value).isPresent(),
                      values));
    }
  }

  /** The labels of the columns that are hidden whatever is in them. */
  List<String> maskedColumns() {
    return IntStream.range(0, fields.size())
        .filter(column -> maskers.get(column).isPresent())
        .mapToObj(column -> fields.get(column).name())
        .toList();
  }

  /** The labels of the columns in which something was found and hidden since the last call. */
  List<String> takeFound() {
    if (found.isEmpty()) {
      return List.of();
    }
    List<String> labels = found.stream().mapToObj(column -> fields.get(column).name()).toList();
    found.clear();
    return labels;
  }

  /**
   * Writes a row with its masked values hidden.
   *
   * @param frame a DataRow; stays as it was
   * @param command is told what was found, if there is one
   */
  void rewrite(ByteBuf frame, ValueMasker masker, Recorder.@Nullable Command command, ByteBuf out) {
    DataRow.rewrite(
        frame,
        fields.size(),
        looked,
        (column, value) -> replaced(column, value, masker, command),
        out);
  }

  private byte @Nullable [] replaced(
      int column, byte[] value, ValueMasker masker, Recorder.@Nullable Command command) {
    int type = fields.get(column).type();
    Optional<Masker> byOrigin = maskers.get(column);
    if (byOrigin.isPresent()) {
      return masker.mask(byOrigin.get(), type, value);
    }
    Optional<Masker> byContent = byContent(column, value);
    if (byContent.isEmpty()) {
      return value;
    }
    found.set(column);
    if (command != null) {
      command.exposed().ifPresent(values -> expose(column, value, values));
    }
    return masker.mask(byContent.get(), type, value);
  }

  private void expose(int column, byte[] value, ExposedValues values) {
    for (ContentRule rule : contents) {
      ContentDetectors.parts(rule.detector(), fields.get(column).type(), value)
          .forEach(part -> values.add(names.get(column), true, part));
    }
  }

  private Optional<Masker> byContent(int column, byte[] value) {
    return contents.stream()
        .filter(rule -> ContentDetectors.finds(rule.detector(), fields.get(column).type(), value))
        .map(ContentRule::masker)
        .max(Masker.BY_STRICTNESS);
  }
}

package dev.countersign.proxy.postgres;

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

  private final List<RowDescription.Field> fields;
  private final List<Optional<Masker>> maskers;
  private final List<ContentRule> contents;

  /** The columns whose values are looked at. */
  private final BitSet looked;

  /** The columns in which something was found since it was last asked. */
  private final BitSet found = new BitSet();

  private ResultMask(
      List<RowDescription.Field> fields,
      List<Optional<Masker>> maskers,
      List<ContentRule> contents) {
    this.fields = fields;
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
    List<ResultColumn> columns =
        description.fields().stream()
            .map(
                field ->
                    new ResultColumn(field.name(), field.table(), field.column(), field.type()))
            .toList();
    return new ResultMask(
        description.fields(), source.lineage().mask(columns, masked), masked.contents());
  }

  boolean isEmpty() {
    return looked.isEmpty();
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
   */
  void rewrite(ByteBuf frame, ValueMasker masker, ByteBuf out) {
    DataRow.rewrite(
        frame, fields.size(), looked, (column, value) -> replaced(column, value, masker), out);
  }

  private byte @Nullable [] replaced(int column, byte[] value, ValueMasker masker) {
    int type = fields.get(column).type();
    Optional<Masker> byOrigin = maskers.get(column);
    if (byOrigin.isPresent()) {
      return masker.mask(byOrigin.get(), type, value);
    }
    Optional<Masker> byContent =
        contents.stream()
            .filter(rule -> ContentDetectors.finds(rule.detector(), type, value))
            .map(ContentRule::masker)
            .max(Masker.BY_STRICTNESS);
    if (byContent.isEmpty()) {
      return value;
    }
    found.set(column);
    return masker.mask(byContent.get(), type, value);
  }
}

package dev.countersign.proxy.postgres;

import dev.countersign.proxy.mask.ValueMasker;
import dev.countersign.proxy.postgres.catalog.MaskedColumns;
import dev.countersign.proxy.postgres.sql.ClassifiedStatement;
import dev.countersign.proxy.postgres.sql.ResultColumn;
import dev.countersign.proxy.postgres.wire.DataRow;
import dev.countersign.proxy.postgres.wire.RowDescription;
import dev.countersign.rules.verdict.Masker;
import io.netty.buffer.ByteBuf;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/** What is hidden in the rows of one result. */
final class ResultMask {

  private final List<RowDescription.Field> fields;
  private final List<Optional<Masker>> maskers;
  private final BitSet masked;

  private ResultMask(List<RowDescription.Field> fields, List<Optional<Masker>> maskers) {
    this.fields = fields;
    this.maskers = maskers;
    masked = new BitSet(maskers.size());
    for (int column = 0; column < maskers.size(); column++) {
      masked.set(column, maskers.get(column).isPresent());
    }
  }

  /** Whether the rows of a statement have to be looked at: unknown provenance does, too. */
  static boolean isNeeded(ClassifiedStatement source, MaskedColumns masked) {
    return !masked.isEmpty() && (source.facts().opaque() || source.lineage().touches(masked));
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
    return new ResultMask(description.fields(), source.lineage().mask(columns, masked));
  }

  boolean isEmpty() {
    return masked.isEmpty();
  }

  /** The labels of the masked columns. */
  List<String> maskedColumns() {
    return masked.stream().mapToObj(column -> fields.get(column).name()).toList();
  }

  /**
   * Writes a row with its masked values hidden.
   *
   * @param frame a DataRow; stays as it was
   */
  void rewrite(ByteBuf frame, ValueMasker masker, ByteBuf out) {
    DataRow.rewrite(
        frame,
        fields.size(),
        masked,
        (column, value) ->
            masker.mask(maskers.get(column).orElseThrow(), fields.get(column).type(), value),
        out);
  }
}

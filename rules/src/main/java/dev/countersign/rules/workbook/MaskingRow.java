package dev.countersign.rules.workbook;

import static java.util.Objects.requireNonNull;

import dev.countersign.rules.verdict.Masker;
import java.util.List;

/**
 * A row of the sheet Masking, its cells as written.
 *
 * @param number as Excel counts; the header is row 1
 * @param id unique in the workbook
 * @param scope whom and where it is about
 * @param object a pattern of {@code schema.relation}, or an {@code @list} of them
 * @param column a pattern of the column's name
 * @param masker how its values are hidden
 * @param reason why
 * @param controls NIST SP 800-53 control ids
 */
public record MaskingRow(
    int number,
    String id,
    Scope scope,
    String object,
    String column,
    Masker masker,
    String reason,
    List<String> controls) {

  public MaskingRow {
    requireNonNull(id, "id");
    requireNonNull(scope, "scope");
    requireNonNull(object, "object");
    requireNonNull(column, "column");
    requireNonNull(masker, "masker");
    requireNonNull(reason, "reason");
    controls = List.copyOf(controls);
  }
}

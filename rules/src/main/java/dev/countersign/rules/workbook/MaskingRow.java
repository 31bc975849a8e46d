package dev.countersign.rules.workbook;

import static java.util.Objects.requireNonNull;

/**
 * A row of the sheet Masking, its cells as written.
 *
 * @param particulars its id, reason, dates and the like
 * @param scope whom and where it is about
 * @param object a pattern of {@code schema.relation}, or an {@code @list} of them
 * @param column a pattern of the column's name
 * @param treatment whether and how its values are hidden
 */
public record MaskingRow(
    Particulars particulars, Scope scope, String object, String column, Treatment treatment)
    implements RuleRow {

  public MaskingRow {
    requireNonNull(particulars, "particulars");
    requireNonNull(scope, "scope");
    requireNonNull(object, "object");
    requireNonNull(column, "column");
    requireNonNull(treatment, "treatment");
  }

  @Override
  public String sheet() {
    return Columns.MASKING;
  }
}

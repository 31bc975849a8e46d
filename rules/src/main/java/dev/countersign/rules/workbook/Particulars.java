package dev.countersign.rules.workbook;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * What every row carries besides its conditions and what it asks for.
 *
 * @param number as Excel counts; the header is row 1
 * @param id unique in the workbook
 * @param name what people call the row; may be empty
 * @param reason why, for the person who is refused
 * @param hint what to do instead; may be empty
 * @param controls NIST SP 800-53 control ids
 * @param owner who answers for the row; may be empty
 * @param validity when it holds
 * @param mode whether it decides
 */
public record Particulars(
    int number,
    String id,
    String name,
    String reason,
    String hint,
    List<String> controls,
    String owner,
    Validity validity,
    Mode mode) {

  public Particulars {
    requireNonNull(id, "id");
    requireNonNull(name, "name");
    requireNonNull(reason, "reason");
    requireNonNull(hint, "hint");
    controls = List.copyOf(controls);
    requireNonNull(owner, "owner");
    requireNonNull(validity, "validity");
    requireNonNull(mode, "mode");
  }

  /** A row that always holds and decides. */
  public static Particulars of(
      int number, String id, String reason, String hint, List<String> controls) {
    return new Particulars(
        number, id, "", reason, hint, controls, "", Validity.ALWAYS, Mode.ENFORCE);
  }
}

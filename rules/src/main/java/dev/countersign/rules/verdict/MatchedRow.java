package dev.countersign.rules.verdict;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * A rule that matched a part of a command, and what its author said about it.
 *
 * @param rule the row's id, e.g. {@code SQL-014}
 * @param sheet the workbook sheet it stands on, or {@link #BUILT_IN}
 * @param row its row number as Excel shows it; 0 for a built-in rule
 * @param verdict what the row asks for
 * @param part the part of the command it matched, e.g. {@code DELETE public.orders}
 * @param reason why, for the person who is refused
 * @param hint what to do instead; may be empty
 * @param controls NIST SP 800-53 control ids, e.g. {@code AC-3}
 */
public record MatchedRow(
    String rule,
    String sheet,
    int row,
    Verdict verdict,
    String part,
    String reason,
    String hint,
    List<String> controls) {

  /** The sheet of rules that no workbook can lift. */
  public static final String BUILT_IN = "built-in";

  public MatchedRow {
    requireNonNull(rule, "rule");
    requireNonNull(sheet, "sheet");
    requireNonNull(verdict, "verdict");
    requireNonNull(part, "part");
    requireNonNull(reason, "reason");
    requireNonNull(hint, "hint");
    controls = List.copyOf(controls);
  }

  /** A rule of the gateway itself that blocks. */
  public static MatchedRow builtIn(String rule, String part, String reason, String hint) {
    return new MatchedRow(rule, BUILT_IN, 0, Verdict.BLOCK, part, reason, hint, List.of("AC-3"));
  }
}

package dev.countersign.rules.verdict;

import java.util.List;

/**
 * Everything that is masked for one subject on one resource; the masks of all rows add up.
 *
 * @param rules columns that are hidden by where their values come from
 * @param contents values that are hidden by what they look like
 */
public record MaskPlan(List<MaskRule> rules, List<ContentRule> contents) {

  public static final MaskPlan NONE = new MaskPlan(List.of());

  public MaskPlan {
    rules = List.copyOf(rules);
    contents = List.copyOf(contents);
  }

  /** Columns alone. */
  public MaskPlan(List<MaskRule> rules) {
    this(rules, List.of());
  }

  /** Only the rules whose columns are sealed besides. */
  public MaskPlan sealed() {
    return new MaskPlan(rules.stream().filter(MaskRule::sealed).toList());
  }

  public boolean isEmpty() {
    return rules.isEmpty() && contents.isEmpty();
  }
}

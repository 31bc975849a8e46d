package dev.countersign.rules.verdict;

import java.util.List;

/** Everything that is masked for one subject on one resource; the masks of all rows add up. */
public record MaskPlan(List<MaskRule> rules) {

  public static final MaskPlan NONE = new MaskPlan(List.of());

  public MaskPlan {
    rules = List.copyOf(rules);
  }

  /** Only the rules whose columns are sealed besides. */
  public MaskPlan sealed() {
    return new MaskPlan(rules.stream().filter(MaskRule::sealed).toList());
  }

  public boolean isEmpty() {
    return rules.isEmpty();
  }
}

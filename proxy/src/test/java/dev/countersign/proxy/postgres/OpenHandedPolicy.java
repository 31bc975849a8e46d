package dev.countersign.proxy.postgres;

import dev.countersign.proxy.frontdoor.DoorPolicy;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.SqlStatement;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.verdict.Decision;
import dev.countersign.rules.verdict.Explanation;
import dev.countersign.rules.verdict.MaskPlan;
import dev.countersign.rules.verdict.MatchedRow;
import dev.countersign.rules.verdict.Verdict;
import java.util.List;

/**
 * A careless workbook: everything is allowed, so that only masks and the gateway's own rules are
 * left.
 */
record OpenHandedPolicy(MaskPlan masks) implements DoorPolicy {

  private static final MatchedRow ROW =
      new MatchedRow("SQL-000", "SQL", 2, Verdict.ALLOW, "", "everything goes", "", List.of());

  @Override
  public String id() {
    return "open-handed";
  }

  @Override
  public Decision decide(Subject subject, Resource resource, SqlStatement statement) {
    return new Decision.Mask(new Explanation(id(), List.of(ROW)), masks);
  }

  @Override
  public MaskPlan masks(Subject subject, Resource resource) {
    return masks;
  }

  @Override
  public MaskPlan guarded(Resource resource) {
    return masks;
  }
}

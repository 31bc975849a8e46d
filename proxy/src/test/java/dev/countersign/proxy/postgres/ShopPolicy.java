package dev.countersign.proxy.postgres;

import dev.countersign.proxy.frontdoor.DoorPolicy;
import dev.countersign.rules.fact.Glob;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.SqlAccess;
import dev.countersign.rules.fact.SqlStatement;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.verdict.ApprovalDemand;
import dev.countersign.rules.verdict.Decision;
import dev.countersign.rules.verdict.Explanation;
import dev.countersign.rules.verdict.MaskPlan;
import dev.countersign.rules.verdict.MaskRule;
import dev.countersign.rules.verdict.Masker;
import dev.countersign.rules.verdict.MatchedRow;
import dev.countersign.rules.verdict.PreApprovalTerms;
import dev.countersign.rules.verdict.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A policy in a screenful: deleting and changing the schema is blocked, updates need an approval,
 * personal data comes masked, everything else runs.
 *
 * @param id its name
 * @param updates what happens to updates
 */
record ShopPolicy(String id, Verdict updates) implements DoorPolicy {

  static final String DELETE_RULE = "SQL-009";

  private static final MatchedRow MASKS = row("MASK-001", Verdict.MASK, "personal data");
  static final MaskPlan PLAN =
      new MaskPlan(
          List.of(
              mask("public.customers", "email", Masker.REDACT),
              mask("public.customers", "ssn", Masker.NULL),
              mask("public.payments", "card_number", Masker.HASH)));

  ShopPolicy() {
    this("shop-1", Verdict.APPROVE);
  }

  private static MaskRule mask(String relation, String column, Masker masker) {
    return new MaskRule(new Glob(relation), new Glob(column), masker, MASKS);
  }

  @Override
  public Decision decide(Subject subject, Resource resource, SqlStatement statement) {
    Verdict strictest =
        statement.accesses().stream().map(this::verdict).reduce(Verdict.ALLOW, Verdict::strictest);
    return switch (strictest) {
      case ALLOW -> new Decision.Allow(why("SQL-001", Verdict.ALLOW, "everyday work"));
      case MASK -> new Decision.Mask(why("MASK-001", Verdict.MASK, "personal data"), PLAN);
      case APPROVE ->
          new Decision.Approve(
              why("SQL-005", Verdict.APPROVE, "updates need a second pair of eyes"),
              PLAN,
              new ApprovalDemand(
                  Set.of(Set.of("dba-approvers")),
                  1,
                  Duration.ofMinutes(5),
                  Optional.of(new PreApprovalTerms(Duration.ofHours(4), true))));
      case BLOCK ->
          new Decision.Block(why(DELETE_RULE, Verdict.BLOCK, "nobody deletes in production"));
    };
  }

  private Verdict verdict(SqlAccess access) {
    return switch (access.verb()) {
      case SELECT -> access.object().equals("public.customers") ? Verdict.MASK : Verdict.ALLOW;
      case INSERT, SET, SHOW, TRANSACTION, FETCH -> Verdict.ALLOW;
      case CREATE -> access.object().contains("scratch") ? Verdict.ALLOW : Verdict.BLOCK;
      case UPDATE -> updates;
      default -> access.object().contains("scratch") ? Verdict.ALLOW : Verdict.BLOCK;
    };
  }

  private Explanation why(String rule, Verdict verdict, String reason) {
    return new Explanation(id, List.of(row(rule, verdict, reason)));
  }

  private static MatchedRow row(String rule, Verdict verdict, String reason) {
    return new MatchedRow(
        rule, "SQL", 9, verdict, "", reason, "Ask the shop's owner.", List.of("AC-3"));
  }

  @Override
  public MaskPlan masks(Subject subject, Resource resource) {
    return PLAN;
  }

  @Override
  public MaskPlan guarded(Resource resource) {
    return PLAN;
  }
}

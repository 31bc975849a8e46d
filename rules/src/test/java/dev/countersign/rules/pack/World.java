package dev.countersign.rules.pack;

import dev.countersign.rules.fact.KubeRequest;
import dev.countersign.rules.fact.RefUpdate;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.SqlAccess;
import dev.countersign.rules.fact.SqlStatement;
import dev.countersign.rules.fact.SqlVerb;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.policy.PolicyVersion;
import dev.countersign.rules.verdict.ApprovalDemand;
import dev.countersign.rules.verdict.Decision;
import dev.countersign.rules.verdict.Explanation;
import dev.countersign.rules.verdict.MaskPlan;
import dev.countersign.rules.verdict.MatchedRow;
import dev.countersign.rules.verdict.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A subject, what it did, and a workbook that says one thing about everything. */
final class World {

  static final Subject AGENT =
      new Subject(
          "https://i", "agent-7", "agent-7", Subject.Kind.AGENT, Set.of("ai"), Optional.empty());

  final ActivityLog log = new ActivityLog();
  private final Packs packs;
  Instant now = Instant.parse("2026-11-23T10:00:00Z");
  Verdict workbook = Verdict.ALLOW;
  Map<String, String> labels = Map.of("environment", "staging");

  World(Packs packs) {
    this.packs = packs;
  }

  static SqlStatement statement(SqlVerb verb, String table, boolean filtered) {
    return new SqlStatement(
        List.of(new SqlAccess(verb, table, Set.of("id"), filtered)), Set.of(), false);
  }

  /** The subject asks; what comes out is remembered as the gateway does. */
  Decision ask(SqlStatement statement) {
    return remembered(policy().decide(AGENT, resource(Resource.Kind.POSTGRES), statement));
  }

  Decision ask(RefUpdate update) {
    return remembered(policy().decide(AGENT, resource(Resource.Kind.GIT), update));
  }

  Decision ask(KubeRequest request) {
    return remembered(policy().decide(AGENT, resource(Resource.Kind.KUBERNETES), request));
  }

  private PolicyVersion policy() {
    return PackedPolicy.of(new Fixed(workbook), packs, log, () -> now);
  }

  private Resource resource(Resource.Kind kind) {
    return new Resource("orders", kind, labels);
  }

  private Decision remembered(Decision decision) {
    log.decided(now, AGENT, decision.verdict());
    return decision;
  }

  void ran(SqlStatement statement, long rows) {
    log.took(now, AGENT, rows, rows * 10);
    log.completed(AGENT, "orders", statement.accesses());
  }

  /** Says the same about everything. */
  private record Fixed(Verdict verdict) implements PolicyVersion {

    @Override
    public String id() {
      return "0".repeat(64);
    }

    private Decision decide() {
      Explanation why =
          new Explanation(
              id(), List.of(new MatchedRow("SQL-001", "SQL", 2, verdict, "", "", "", List.of())));
      return switch (verdict) {
        case ALLOW -> new Decision.Allow(why);
        case MASK -> new Decision.Mask(why, MaskPlan.NONE);
        case APPROVE ->
            new Decision.Approve(
                why,
                MaskPlan.NONE,
                new ApprovalDemand(Set.of(Set.of("owners")), 2, Duration.ofHours(1)));
        case BLOCK -> new Decision.Block(why);
      };
    }

    @Override
    public Decision decide(Subject subject, Resource resource, SqlStatement statement) {
      return decide();
    }

    @Override
    public Decision decide(Subject subject, Resource resource, RefUpdate update) {
      return decide();
    }

    @Override
    public Decision decide(Subject subject, Resource resource, KubeRequest request) {
      return decide();
    }

    @Override
    public Decision access(Subject subject, Resource resource, Duration wanted) {
      return decide();
    }

    @Override
    public boolean standing(Subject subject, Resource resource) {
      return true;
    }

    @Override
    public MaskPlan masks(Subject subject, Resource resource) {
      return MaskPlan.NONE;
    }

    @Override
    public MaskPlan guarded(Resource resource) {
      return MaskPlan.NONE;
    }
  }
}

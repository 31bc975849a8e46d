package dev.countersign.rules.pack;

import static java.util.Objects.requireNonNull;

import dev.countersign.rules.fact.Activity;
import dev.countersign.rules.fact.KubeRequest;
import dev.countersign.rules.fact.RefUpdate;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.SqlAccess;
import dev.countersign.rules.fact.SqlStatement;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.policy.PolicyVersion;
import dev.countersign.rules.policy.StricterPolicy;
import dev.countersign.rules.verdict.ApprovalDemand;
import dev.countersign.rules.verdict.Decision;
import dev.countersign.rules.verdict.Explanation;
import dev.countersign.rules.verdict.MatchedRow;
import dev.countersign.rules.verdict.Verdict;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A policy whose verdicts on commands packs can make stricter, and never milder. */
public final class PackedPolicy implements StricterPolicy {

  private static final Logger LOG = LoggerFactory.getLogger(PackedPolicy.class);

  /** How long a command waits that only a pack holds. */
  private static final Duration EXPIRY = Duration.ofMinutes(15);

  private static final List<String> CONTROLS = List.of("AC-3", "SI-4");

  private final PolicyVersion policy;
  private final Packs packs;
  private final ActivityLog log;
  private final InstantSource clock;

  private PackedPolicy(PolicyVersion policy, Packs packs, ActivityLog log, InstantSource clock) {
    this.policy = policy;
    this.packs = packs;
    this.log = requireNonNull(log, "log");
    this.clock = requireNonNull(clock, "clock");
  }

  /** The policy with the packs; the policy itself if there are none. */
  public static PolicyVersion of(
      PolicyVersion policy, Packs packs, ActivityLog log, InstantSource clock) {
    return packs.isEmpty() ? policy : new PackedPolicy(policy, packs, log, clock);
  }

  /** The policy without the packs. */
  @Override
  public PolicyVersion policy() {
    return policy;
  }

  /** The id of the policy and that of the packs, with a plus between them. */
  @Override
  public String id() {
    return policy.id() + "+" + packs.id();
  }

  @Override
  public Decision decide(Subject subject, Resource resource, SqlStatement statement) {
    List<Record> facts = new ArrayList<>(statement.accesses());
    facts.add(statement);
    facts.add(activity(subject, resource, statement.accesses()));
    String part = statement.accesses().getFirst().toString();
    return refined(policy.decide(subject, resource, statement), subject, resource, facts, part);
  }

  @Override
  public Decision decide(Subject subject, Resource resource, RefUpdate update) {
    List<Record> facts = List.of(update, activity(subject, resource, List.of()));
    return refined(
        policy.decide(subject, resource, update), subject, resource, facts, update.toString());
  }

  @Override
  public Decision decide(Subject subject, Resource resource, KubeRequest request) {
    List<Record> facts = List.of(request, activity(subject, resource, List.of()));
    return refined(
        policy.decide(subject, resource, request), subject, resource, facts, request.toString());
  }

  private Activity activity(Subject subject, Resource resource, List<SqlAccess> accesses) {
    return log.activity(clock.instant(), subject, resource.name(), accesses);
  }

  /**
   * What is left of a decision when the packs were asked.
   *
   * @param command the facts of the command and its subject's activity
   * @param part what findings speak of, in words
   */
  private Decision refined(
      Decision decision, Subject subject, Resource resource, List<Record> command, String part) {
    List<Record> facts = new ArrayList<>(command);
    facts.addAll(List.of(subject, resource, new Judged(decision.verdict())));
    try {
      return merged(decision, packs.ask(facts), part);
    } catch (RuntimeException broken) {
      LOG.atError().setCause(broken).log("a rule pack failed; the command is blocked");
      return Decision.Block.builtIn(
          id(),
          "PACK-FAILED",
          part,
          "a rule pack of the gateway failed on this command",
          "Tell whoever operates the gateway; its log has the details.");
    }
  }

  private Decision merged(Decision decision, Set<Finding> found, String part) {
    if (found.isEmpty()) {
      return renamed(decision);
    }
    Verdict verdict = decision.verdict();
    List<MatchedRow> rows = new ArrayList<>(decision.why().rows());
    for (Finding finding : found) {
      verdict = verdict.strictest(finding.verdict());
      rows.add(
          new MatchedRow(
              finding.rule(),
              finding.pack(),
              packs.line(finding),
              finding.verdict(),
              part,
              finding.reason(),
              finding.hint(),
              CONTROLS));
    }
    Explanation why = new Explanation(id(), rows, decision.why().observed());
    return verdict == Verdict.BLOCK
        ? new Decision.Block(why)
        : new Decision.Approve(why, decision.masks(), demand(decision, found));
  }

  private static ApprovalDemand demand(Decision decision, Set<Finding> found) {
    Set<Set<String>> groups = new HashSet<>();
    found.forEach(finding -> groups.add(finding.approvers()));
    if (decision instanceof Decision.Approve approve) {
      ApprovalDemand asked = approve.demand();
      groups.addAll(asked.groups());
      return new ApprovalDemand(groups, asked.quorum(), asked.expiry());
    }
    return new ApprovalDemand(groups, EXPIRY);
  }

  /** The same decision, by this version. */
  private Decision renamed(Decision decision) {
    Explanation why = new Explanation(id(), decision.why().rows(), decision.why().observed());
    return switch (decision) {
      case Decision.Allow _ -> new Decision.Allow(why);
      case Decision.Mask mask -> new Decision.Mask(why, mask.masks());
      case Decision.Approve approve -> new Decision.Approve(why, approve.masks(), approve.demand());
      case Decision.Block _ -> new Decision.Block(why);
    };
  }

  @Override
  public Decision access(Subject subject, Resource resource, Duration wanted) {
    return renamed(policy.access(subject, resource, wanted));
  }
}

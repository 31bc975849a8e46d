package dev.countersign.proxy.kubernetes;

import dev.countersign.proxy.frontdoor.DoorPolicy;
import dev.countersign.rules.fact.Glob;
import dev.countersign.rules.fact.KubeRequest;
import dev.countersign.rules.fact.KubeRequest.Trait;
import dev.countersign.rules.fact.KubeRequest.Verb;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.verdict.ApprovalDemand;
import dev.countersign.rules.verdict.Decision;
import dev.countersign.rules.verdict.Explanation;
import dev.countersign.rules.verdict.MaskPlan;
import dev.countersign.rules.verdict.MaskRule;
import dev.countersign.rules.verdict.Masker;
import dev.countersign.rules.verdict.MatchedRow;
import dev.countersign.rules.verdict.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * A policy in a screenful: namespaces stay, privileged pods and bindings do not come, scaling and
 * all changes in the namespace {@value #HELD} need an approval, nothing is made in {@value
 * #SETTLED}, reading is masked, everything else runs.
 */
record ShopPolicy(String id) implements DoorPolicy {

  static final String HELD = "held";

  /** Where what is there may be changed, and nothing is made. */
  static final String SETTLED = "settled";

  ShopPolicy() {
    this("shop-1");
  }

  @Override
  public Decision decide(Subject subject, Resource resource, KubeRequest request) {
    String part =
        request
            + request.body().fields().entrySet().stream()
                .filter(field -> field.getKey() == Trait.PRIVILEGED)
                .map(field -> ": " + field.getValue())
                .findFirst()
                .orElse("");
    return switch (verdict(request)) {
      case ALLOW -> new Decision.Allow(why("KUB-1", Verdict.ALLOW, "everyday work", part));
      case MASK -> new Decision.Mask(why("KUB-2", Verdict.MASK, "secrets", part), plan(part));
      case APPROVE ->
          new Decision.Approve(
              why("KUB-3", Verdict.APPROVE, "production needs a second pair of eyes", part),
              MaskPlan.NONE,
              new ApprovalDemand(Set.of(Set.of("sre")), Duration.ofMinutes(5)));
      case BLOCK -> new Decision.Block(why("KUB-4", Verdict.BLOCK, "not by agents", part));
    };
  }

  private static Verdict verdict(KubeRequest request) {
    String object = request.target().object();
    Set<Trait> traits = request.body().traits();
    if (request.target().namespace().equals(HELD) && request.verb().changesState()) {
      return request.dryRun() ? Verdict.ALLOW : Verdict.APPROVE;
    }
    if (request.target().namespace().equals(SETTLED) && request.verb() == Verb.CREATE) {
      return Verdict.BLOCK;
    }
    if (traits.contains(Trait.PRIVILEGED)
        || traits.contains(Trait.HOST_PATH)
        || traits.contains(Trait.GRANTS_RIGHTS)
        || traits.contains(Trait.IMPERSONATION)
        || (object.equals("namespaces") && request.verb() == Verb.DELETE)) {
      return Verdict.BLOCK;
    }
    if (object.endsWith("/scale") && request.verb() != Verb.GET) {
      return Verdict.APPROVE;
    }
    boolean reads = !request.verb().changesState();
    if (reads && Set.of("secrets", "configmaps", "pods", "pods/log").contains(object)) {
      return request.target().namespace().equals("dev") ? Verdict.ALLOW : Verdict.MASK;
    }
    return request.command().contains("rm") ? Verdict.BLOCK : Verdict.ALLOW;
  }

  private static MaskPlan plan(String part) {
    return new MaskPlan(
        List.of(
            new MaskRule(
                Glob.ANY, Glob.ANY, Masker.REDACT, row("KUB-2", Verdict.MASK, "secrets", part))));
  }

  private Explanation why(String rule, Verdict verdict, String reason, String part) {
    return new Explanation(id, List.of(row(rule, verdict, reason, part)));
  }

  private static MatchedRow row(String rule, Verdict verdict, String reason, String part) {
    return new MatchedRow(
        rule, "Kubernetes", 9, verdict, part, reason, "Ask the cluster's owner.", List.of("AC-3"));
  }
}

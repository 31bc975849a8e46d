package dev.countersign.proxy.kubernetes;

import dev.countersign.rules.fact.KubeRequest;
import dev.countersign.rules.fact.KubeRequest.Verb;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.policy.PolicyVersion;
import dev.countersign.rules.verdict.ContentRule;
import dev.countersign.rules.verdict.Decision;
import dev.countersign.rules.verdict.Detector;
import dev.countersign.rules.verdict.Explanation;
import dev.countersign.rules.verdict.MatchedRow;
import dev.countersign.rules.verdict.Verdict;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What one policy says of one request.
 *
 * @param decision what happens to it
 * @param masked whether what comes back is masked
 * @param detectors what is looked for in texts besides secrets
 */
record Judging(Decision decision, boolean masked, Set<Detector> detectors) {

  /** Judges a request: the gateway's own rules first, then the policy's. */
  static Judging of(PolicyVersion policy, Subject subject, Resource resource, Asked asked) {
    Optional<MatchedRow> builtIn = GatewayRules.blocking(asked);
    if (builtIn.isPresent()) {
      return blocked(policy, builtIn.get());
    }
    Decision decision = policy.decide(subject, resource, asked.facts());
    boolean masked = !decision.masks().isEmpty() || decision.verdict() == Verdict.MASK;
    if (!masked && decision.verdict() != Verdict.BLOCK && echoes(asked.facts())) {
      masked = isMaskedToRead(policy, subject, resource, asked);
    }
    Set<Detector> detectors = EnumSet.noneOf(Detector.class);
    policy.masks(subject, resource).contents().stream()
        .map(ContentRule::detector)
        .forEach(detectors::add);
    if (masked && decision.verdict() != Verdict.BLOCK) {
      Optional<MatchedRow> probing = GatewayRules.probing(asked, new HiddenValues(detectors));
      if (probing.isPresent()) {
        return blocked(policy, probing.get());
      }
    }
    return new Judging(decision, masked, detectors);
  }

  /** Of a request that is two things at once: what holds back either holds it back. */
  Judging and(Judging other) {
    return new Judging(
        Decision.together(List.of(decision, other.decision)), masked || other.masked, detectors);
  }

  /** The same request once more is seen to be a guess at what is hidden. */
  Judging guessing(PolicyVersion policy, Asked asked) {
    return blocked(policy, GatewayRules.guessing(asked));
  }

  private static Judging blocked(PolicyVersion policy, MatchedRow row) {
    return new Judging(
        new Decision.Block(new Explanation(policy.id(), List.of(row))), true, Set.of());
  }

  /** Whether the answer to a change is the object itself. */
  private static boolean echoes(KubeRequest facts) {
    return switch (facts.verb()) {
      case CREATE, UPDATE, PATCH, DELETE, DELETECOLLECTION -> true;
      case GET, LIST, WATCH, OTHER -> false;
    };
  }

  /** What may not be read in clear is not read in clear by changing it. */
  private static boolean isMaskedToRead(
      PolicyVersion policy, Subject subject, Resource resource, Asked asked) {
    KubeRequest.Target target = asked.facts().target();
    KubeRequest reading =
        new KubeRequest(
            Verb.GET,
            new KubeRequest.Target(
                asked.info().base(), target.version(), target.namespace(), target.name()),
            KubeRequest.Body.NONE,
            false,
            List.of());
    return policy.decide(subject, resource, reading).verdict() != Verdict.ALLOW;
  }
}

package dev.countersign.proxy.git;

import dev.countersign.decision.resource.GitUpstream;
import dev.countersign.proxy.frontdoor.Evidence;
import dev.countersign.proxy.frontdoor.GateSession;
import dev.countersign.proxy.frontdoor.GateSession.Command;
import dev.countersign.proxy.frontdoor.HttpExchange;
import dev.countersign.proxy.frontdoor.Passage;
import dev.countersign.proxy.frontdoor.Waiting;
import dev.countersign.rules.fact.CommandFacts;
import dev.countersign.rules.fact.RefUpdate;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.policy.PolicyVersion;
import dev.countersign.rules.verdict.Decision;
import java.util.List;
import java.util.Set;

/**
 * One git operation of one subject: who asks for what, of which repository, by which policy.
 *
 * @param policy the one that was in force when the operation began
 */
record Visit(
    HttpExchange exchange,
    Subject subject,
    GitUpstream upstream,
    UpstreamRepository repository,
    PolicyVersion policy,
    GateSession session) {

  Decision decide(RefUpdate update) {
    return policy.decide(subject, upstream.resource(), update);
  }

  /** A reading of one ref. */
  static RefUpdate reading(String ref) {
    return new RefUpdate(
        ref, RefUpdate.Change.FETCH, RefUpdate.Commits.NONE, List.of(), List.of(), Set.of());
  }

  /** Whether the subject may read a ref, if need be after somebody said yes. */
  boolean mayRead(String ref) {
    return switch (decide(reading(ref))) {
      case Decision.Allow _, Decision.Mask _, Decision.Approve _ -> true;
      case Decision.Block _ -> false;
    };
  }

  /** A block by a rule of the gateway itself. */
  Decision refusal(GitRefusedException refused, String part) {
    return Decision.Block.builtIn(
        policy.id(), refused.rule(), part, refused.words(), "See docs/git.md of the gateway.");
  }

  /** Records that something was refused by the gateway itself. */
  Passage refuse(String text, List<RefUpdate> updates, GitRefusedException refused)
      throws InterruptedException {
    return session.pass(
        new Command(
            text,
            new CommandFacts.Git(updates),
            refusal(refused, text.lines().findFirst().orElse("")),
            false,
            Evidence.NONE),
        Waiting.SILENT);
  }
}

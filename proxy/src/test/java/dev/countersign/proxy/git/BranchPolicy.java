package dev.countersign.proxy.git;

import dev.countersign.proxy.frontdoor.DoorPolicy;
import dev.countersign.rules.fact.RefUpdate;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.verdict.ApprovalDemand;
import dev.countersign.rules.verdict.Decision;
import dev.countersign.rules.verdict.Explanation;
import dev.countersign.rules.verdict.MaskPlan;
import dev.countersign.rules.verdict.MatchedRow;
import dev.countersign.rules.verdict.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * A policy in a screenful: secrets never, but in the vault; nobody rewrites main or a tag; main,
 * the vault and workflows need a human; agents have branches of their own; hidden branches are not
 * read, and sealed ones and tags not without a human.
 *
 * @param isStrict whether every change needs a human, as when a waiver has ended
 */
record BranchPolicy(String id, boolean isStrict) implements DoorPolicy {

  private static final String VAULT = "refs/heads/vault";

  BranchPolicy(String id) {
    this(id, false);
  }

  @Override
  public Decision decide(Subject subject, Resource resource, RefUpdate update) {
    String ref = update.ref().toLowerCase(java.util.Locale.ROOT);
    if (update.change().isReading()) {
      if (ref.startsWith("refs/heads/sealed/") || ref.startsWith("refs/tags/sealed/")) {
        return approve();
      }
      return ref.startsWith("refs/heads/hidden/")
          ? block("GIT-001", "hidden branches are not read")
          : allow();
    }
    if (!update.secrets().isEmpty() && !ref.equals(VAULT)) {
      return block("GIT-002", "no secrets in git");
    }
    if (update.change() == RefUpdate.Change.LFS_FORCE_UNLOCK) {
      return block("GIT-006", "the locks of others are theirs");
    }
    if (ref.equals("refs/heads/main") && update.change().losesCommits()) {
      return block("GIT-003", "main is not rewritten");
    }
    if (update.change() == RefUpdate.Change.MOVE_TAG) {
      return block("GIT-004", "tags stay");
    }
    if (isStrict
        || ref.equals("refs/heads/main")
        || ref.equals(VAULT)
        || update.paths().stream().anyMatch(path -> path.path().startsWith(".github/"))) {
      return approve();
    }
    return ref.startsWith("refs/heads/agent/") || ref.startsWith("refs/tags/")
        ? allow()
        : block("GIT-009", "agents push to agent/*");
  }

  private Decision allow() {
    return new Decision.Allow(why("GIT-008", Verdict.ALLOW, "everyday work"));
  }

  private Decision approve() {
    return new Decision.Approve(
        why("GIT-005", Verdict.APPROVE, "a human looks at it"),
        MaskPlan.NONE,
        new ApprovalDemand(Set.of(Set.of("maintainers")), Duration.ofMinutes(5)));
  }

  private Decision block(String rule, String reason) {
    return new Decision.Block(why(rule, Verdict.BLOCK, reason));
  }

  private Explanation why(String rule, Verdict verdict, String reason) {
    return new Explanation(
        id,
        List.of(
            new MatchedRow(
                rule, "Git", 2, verdict, "", reason, "Open a merge request.", List.of("CM-3"))));
  }
}

package dev.countersign.rules.verdict;

import java.util.Comparator;
import java.util.List;

/** What happens to one command, and why. */
public sealed interface Decision {

  Explanation why();

  Verdict verdict();

  /** What has to be hidden in the results, if they are let through at all. */
  MaskPlan masks();

  /** The command runs; its results touch no masked column. */
  record Allow(Explanation why) implements Decision {
    @Override
    public Verdict verdict() {
      return Verdict.ALLOW;
    }

    @Override
    public MaskPlan masks() {
      return MaskPlan.NONE;
    }
  }

  /** The command runs; its results are masked. */
  record Mask(Explanation why, MaskPlan masks) implements Decision {
    @Override
    public Verdict verdict() {
      return Verdict.MASK;
    }
  }

  /** The command waits for a human; when it runs, its results are masked. */
  record Approve(Explanation why, MaskPlan masks, ApprovalDemand demand) implements Decision {
    @Override
    public Verdict verdict() {
      return Verdict.APPROVE;
    }
  }

  /** The command does not run. */
  record Block(Explanation why) implements Decision {
    @Override
    public Verdict verdict() {
      return Verdict.BLOCK;
    }

    @Override
    public MaskPlan masks() {
      return MaskPlan.NONE;
    }

    /** A block by one rule of the gateway itself. */
    public static Block builtIn(
        String policyVersion, String rule, String part, String reason, String hint) {
      return new Block(
          new Explanation(policyVersion, List.of(MatchedRow.builtIn(rule, part, reason, hint))));
    }
  }

  /**
   * What happens to a command of several parts: what the strictest of their decisions says, for the
   * reasons of all and with the demands of all.
   *
   * @param parts at least one, all by the same policy
   */
  static Decision together(List<? extends Decision> parts) {
    if (parts.size() == 1) {
      return parts.getFirst();
    }
    Decision strictest = parts.stream().max(Comparator.comparing(Decision::verdict)).orElseThrow();
    Explanation why =
        new Explanation(
            strictest.why().policyVersion(),
            parts.stream().flatMap(part -> part.why().rows().stream()).distinct().toList(),
            parts.stream().flatMap(part -> part.why().observed().stream()).distinct().toList());
    MaskPlan masks =
        new MaskPlan(
            parts.stream().flatMap(part -> part.masks().rules().stream()).distinct().toList(),
            parts.stream().flatMap(part -> part.masks().contents().stream()).distinct().toList());
    return switch (strictest) {
      case Allow _ -> new Allow(why);
      case Mask _ -> new Mask(why, masks);
      case Approve _ -> new Approve(why, masks, demands(parts));
      case Block _ -> new Block(why);
    };
  }

  private static ApprovalDemand demands(List<? extends Decision> parts) {
    return ApprovalDemand.all(
        parts.stream()
            .filter(Approve.class::isInstance)
            .map(part -> ((Approve) part).demand())
            .toList());
  }
}

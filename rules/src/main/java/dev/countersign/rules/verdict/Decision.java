package dev.countersign.rules.verdict;

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
}

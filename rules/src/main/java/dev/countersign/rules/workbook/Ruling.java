package dev.countersign.rules.workbook;

import dev.countersign.rules.verdict.Verdict;
import java.time.Duration;
import java.util.List;

/** What a row of the sheet SQL asks for. */
public sealed interface Ruling {

  Ruling ALLOW = new Allow();
  Ruling BLOCK = new Block();

  Verdict verdict();

  /** The command may run. */
  record Allow() implements Ruling {
    @Override
    public Verdict verdict() {
      return Verdict.ALLOW;
    }
  }

  /** The command must not run. */
  record Block() implements Ruling {
    @Override
    public Verdict verdict() {
      return Verdict.BLOCK;
    }
  }

  /**
   * A human must say yes first.
   *
   * @param approvers group names or {@code @list}; one of them suffices
   * @param expires how long the command waits
   */
  record Approve(List<String> approvers, Duration expires) implements Ruling {

    public static final Duration DEFAULT_EXPIRY = Duration.ofMinutes(15);
    public static final Duration LONGEST_EXPIRY = Duration.ofHours(24);

    public Approve {
      approvers = List.copyOf(approvers);
      if (approvers.isEmpty()) {
        throw new IllegalArgumentException("an approval needs an approver group");
      }
      if (!expires.isPositive() || expires.compareTo(LONGEST_EXPIRY) > 0) {
        throw new IllegalArgumentException("an approval expires within a day: " + expires);
      }
    }

    @Override
    public Verdict verdict() {
      return Verdict.APPROVE;
    }
  }
}

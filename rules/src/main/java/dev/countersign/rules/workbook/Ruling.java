package dev.countersign.rules.workbook;

import dev.countersign.rules.verdict.PreApprovalTerms;
import dev.countersign.rules.verdict.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What a row asks for. */
public sealed interface Ruling {

  Ruling ALLOW = new Allow();
  Ruling MASK = new Mask();
  Ruling BLOCK = new Block();

  Verdict verdict();

  /** The command may run. */
  record Allow() implements Ruling {
    @Override
    public Verdict verdict() {
      return Verdict.ALLOW;
    }
  }

  /** The command may run, and what it answers is masked. On the sheet Kubernetes only. */
  record Mask() implements Ruling {
    @Override
    public Verdict verdict() {
      return Verdict.MASK;
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
   * Humans must say yes first.
   *
   * @param approvers group names or {@code @list}; one of them suffices for each human
   * @param quorum how many different humans
   * @param expires how long the command waits
   * @param preApproval whether they may say yes beforehand, for a while
   */
  record Approve(
      List<String> approvers, int quorum, Duration expires, Optional<PreApprovalTerms> preApproval)
      implements Ruling {

    public static final Duration DEFAULT_EXPIRY = Duration.ofMinutes(15);
    public static final Duration LONGEST_EXPIRY = Duration.ofHours(24);
    public static final int LARGEST_QUORUM = 9;
    public static final Duration LONGEST_PRE_APPROVAL = Duration.ofDays(7);

    public Approve {
      approvers = List.copyOf(approvers);
      if (approvers.isEmpty()) {
        throw new IllegalArgumentException("an approval needs an approver group");
      }
      if (quorum < 1 || quorum > LARGEST_QUORUM) {
        throw new IllegalArgumentException("an approval needs 1 to 9 people: " + quorum);
      }
      if (!expires.isPositive() || expires.compareTo(LONGEST_EXPIRY) > 0) {
        throw new IllegalArgumentException("an approval expires within a day: " + expires);
      }
      if (preApproval.filter(p -> p.longest().compareTo(LONGEST_PRE_APPROVAL) > 0).isPresent()) {
        throw new IllegalArgumentException("a pre-approval is for 7 days at most");
      }
    }

    /** Nobody says yes beforehand. */
    public Approve(List<String> approvers, int quorum, Duration expires) {
      this(approvers, quorum, expires, Optional.empty());
    }

    /** One human's yes suffices. */
    public Approve(List<String> approvers, Duration expires) {
      this(approvers, 1, expires);
    }

    @Override
    public Verdict verdict() {
      return Verdict.APPROVE;
    }
  }
}

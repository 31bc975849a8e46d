package dev.countersign.rules.verdict;

import static java.util.stream.Collectors.toUnmodifiableSet;

import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;

/**
 * Whose yes a command needs.
 *
 * @param groups one entry for each row that asks: an approver must be in a group of every entry,
 *     and must not be the one who asks
 * @param quorum how many different people must say yes
 * @param expiry how long the command waits before it is refused
 * @param preApproval whether the same people may say yes beforehand; empty unless every row that
 *     asks allows it
 */
public record ApprovalDemand(
    Set<Set<String>> groups, int quorum, Duration expiry, Optional<PreApprovalTerms> preApproval) {

  public ApprovalDemand {
    groups = groups.stream().map(Set::copyOf).collect(toUnmodifiableSet());
    if (groups.isEmpty() || groups.contains(Set.<String>of())) {
      throw new IllegalArgumentException("an approval needs an approver group");
    }
    if (quorum < 1) {
      throw new IllegalArgumentException("an approval needs an approver: " + quorum);
    }
    if (!expiry.isPositive()) {
      throw new IllegalArgumentException("an approval needs time: " + expiry);
    }
  }

  /** Nobody may say yes beforehand. */
  public ApprovalDemand(Set<Set<String>> groups, int quorum, Duration expiry) {
    this(groups, quorum, expiry, Optional.empty());
  }

  /** One person's yes suffices. */
  public ApprovalDemand(Set<Set<String>> groups, Duration expiry) {
    this(groups, 1, expiry);
  }

  /** All of several demands at once: everybody's groups, the largest quorum, the least time. */
  public static ApprovalDemand all(Collection<ApprovalDemand> demands) {
    Optional<PreApprovalTerms> preApproval =
        demands.stream().allMatch(demand -> demand.preApproval().isPresent())
            ? demands.stream()
                .flatMap(demand -> demand.preApproval().stream())
                .reduce(PreApprovalTerms::and)
            : Optional.empty();
    return new ApprovalDemand(
        demands.stream().flatMap(demand -> demand.groups().stream()).collect(toUnmodifiableSet()),
        demands.stream().mapToInt(ApprovalDemand::quorum).max().orElseThrow(),
        demands.stream().map(ApprovalDemand::expiry).min(Comparator.naturalOrder()).orElseThrow(),
        preApproval);
  }

  /** Whether somebody in those groups may answer. */
  public boolean isMetBy(Set<String> approverGroups) {
    return groups.stream().noneMatch(entry -> Collections.disjoint(entry, approverGroups));
  }
}

package dev.countersign.rules.verdict;

import static java.util.stream.Collectors.toUnmodifiableSet;

import java.time.Duration;
import java.util.Collections;
import java.util.Set;

/**
 * Whose yes a command needs.
 *
 * @param groups one entry for each row that asks: an approver must be in a group of every entry,
 *     and must not be the one who asks
 * @param quorum how many different people must say yes
 * @param expiry how long the command waits before it is refused
 */
public record ApprovalDemand(Set<Set<String>> groups, int quorum, Duration expiry) {

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

  /** One person's yes suffices. */
  public ApprovalDemand(Set<Set<String>> groups, Duration expiry) {
    this(groups, 1, expiry);
  }

  /** Whether somebody in those groups may answer. */
  public boolean isMetBy(Set<String> approverGroups) {
    return groups.stream().noneMatch(entry -> Collections.disjoint(entry, approverGroups));
  }
}

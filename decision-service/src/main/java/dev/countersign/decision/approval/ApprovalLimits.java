package dev.countersign.decision.approval;

import java.time.Duration;

/**
 * What keeps approvals answerable.
 *
 * @param waitingPerSubject how many requests of one subject may wait at a time
 * @param commandBytes how long a command with its parameters may be, in UTF-8 bytes: nobody reads a
 *     longer one
 * @param orphanedAfter how long a gateway may be silent before the requests of its sessions are
 *     withdrawn
 * @param pollInterval how often answers are looked for if no notification tells of them
 */
public record ApprovalLimits(
    int waitingPerSubject, int commandBytes, Duration orphanedAfter, Duration pollInterval) {

  public static final ApprovalLimits DEFAULT =
      new ApprovalLimits(20, 256 * 1024, Duration.ofSeconds(15), Duration.ofMillis(500));

  public ApprovalLimits {
    if (waitingPerSubject < 1
        || commandBytes < 1
        || !orphanedAfter.isPositive()
        || !pollInterval.isPositive()) {
      throw new IllegalArgumentException("limits are positive");
    }
  }
}

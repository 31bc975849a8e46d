package dev.countersign.decision.approval;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;

/**
 * What keeps approvals answerable.
 *
 * @param waitingPerSubject how many requests of one subject may wait at a time
 * @param commandBytes how long a command with its parameters may be, in UTF-8 bytes: nobody reads a
 *     longer one
 * @param exhibitCharacters how long all exhibits of one request may be together
 * @param orphanedAfter how long a gateway may be silent before the requests of its sessions are
 *     withdrawn
 * @param pollInterval how often answers are looked for if no notification tells of them
 * @param escalation who may answer too if nobody does for long
 */
public record ApprovalLimits(
    int waitingPerSubject,
    int commandBytes,
    int exhibitCharacters,
    Duration orphanedAfter,
    Duration pollInterval,
    Optional<Escalation> escalation) {

  /** A second group, and after how long it may answer. */
  public record Escalation(String group, Duration after) {
    public Escalation {
      requireNonNull(group, "group");
      if (!after.isPositive()) {
        throw new IllegalArgumentException("an escalation comes after a while");
      }
    }
  }

  public static final ApprovalLimits DEFAULT =
      new ApprovalLimits(
          20, 256 << 10, 1 << 20, Duration.ofSeconds(15), Duration.ofMillis(500), Optional.empty());

  /** The same with an escalation. */
  public ApprovalLimits escalating(String group, Duration after) {
    return new ApprovalLimits(
        waitingPerSubject,
        commandBytes,
        exhibitCharacters,
        orphanedAfter,
        pollInterval,
        Optional.of(new Escalation(group, after)));
  }

  public ApprovalLimits {
    requireNonNull(escalation, "escalation");
    if (waitingPerSubject < 1
        || commandBytes < 1
        || exhibitCharacters < 1
        || !orphanedAfter.isPositive()
        || !pollInterval.isPositive()) {
      throw new IllegalArgumentException("limits are positive");
    }
  }
}

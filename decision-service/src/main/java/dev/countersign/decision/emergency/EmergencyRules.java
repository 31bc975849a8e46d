package dev.countersign.decision.emergency;

import static java.util.Objects.requireNonNull;

import dev.countersign.rules.fact.Subject;
import java.time.Duration;
import java.util.Set;

/**
 * Who may declare an emergency, for whom and for how long.
 *
 * @param openers the group of whose members two open one
 * @param reviewers the group of whose members one looks at it afterwards
 * @param subjects the groups whose members may work under it
 * @param agents whether agents of those groups may, too
 * @param longest for how long at most
 * @param reviewWithin how long after its end it is to be reviewed at the latest
 */
public record EmergencyRules(
    String openers,
    String reviewers,
    Set<String> subjects,
    boolean agents,
    Duration longest,
    Duration reviewWithin) {

  /** Nobody opens one for longer. */
  public static final Duration LONGEST = Duration.ofHours(1);

  public EmergencyRules {
    requireNonNull(openers, "openers");
    requireNonNull(reviewers, "reviewers");
    subjects = Set.copyOf(subjects);
    if (!longest.isPositive() || longest.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("an emergency lasts an hour at most: " + longest);
    }
    if (!reviewWithin.isPositive()) {
      throw new IllegalArgumentException("a review needs time: " + reviewWithin);
    }
  }

  /** Whether somebody may open one, with another. */
  public boolean isOpener(Subject subject) {
    return isHumanOf(subject, openers);
  }

  /** Whether somebody may look at one afterwards. */
  public boolean isReviewer(Subject subject) {
    return isHumanOf(subject, reviewers);
  }

  /** Whether somebody may work under one. */
  public boolean isDeclaredFor(Subject subject) {
    return (agents || subject.kind() == Subject.Kind.HUMAN)
        && subject.groups().stream().anyMatch(subjects::contains);
  }

  private static boolean isHumanOf(Subject subject, String group) {
    return subject.kind() == Subject.Kind.HUMAN && subject.groups().contains(group);
  }
}

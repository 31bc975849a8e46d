package dev.countersign.decision.grant;

import static java.util.Objects.requireNonNull;

import dev.countersign.rules.fact.Resource;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What somebody asks to be let in to.
 *
 * @param duration for how long
 * @param from from when on, if not from now on
 * @param once whether it is for one session only
 * @param reason a ticket, or why; 1 to 500 characters
 */
public record GrantWish(
    Resource resource,
    Duration duration,
    Optional<Instant> from,
    GrantScope scope,
    boolean once,
    String reason) {

  /** No grant is longer, and none begins later than this from now. */
  public static final Duration LONGEST = Duration.ofDays(30);

  private static final Duration SHORTEST = Duration.ofMinutes(1);
  private static final int LONGEST_REASON = 500;

  /**
   * @throws IllegalArgumentException with what is wrong, for whoever asked
   */
  public GrantWish {
    requireNonNull(resource, "resource");
    requireNonNull(from, "from");
    requireNonNull(scope, "scope");
    if (duration.compareTo(SHORTEST) < 0 || duration.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("a grant is for 1 minute to 30 days");
    }
    if (reason.isBlank() || reason.length() > LONGEST_REASON) {
      throw new IllegalArgumentException("a reason has 1 to " + LONGEST_REASON + " characters");
    }
  }
}

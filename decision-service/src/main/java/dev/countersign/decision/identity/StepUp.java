package dev.countersign.decision.identity;

import dev.countersign.decision.identity.TokenVerifier.SignIn;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * How freshly and how well somebody must have signed in for what weighs more than the rest: to
 * answer for others. A token that does not say it has not.
 *
 * @param levels any of these as the token's {@code acr} is enough; none are asked for if empty
 * @param maxAge how long ago the sign-in ({@code auth_time}) may be
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9470">RFC 9470, step-up authentication</a>
 */
public record StepUp(Set<String> levels, Optional<Duration> maxAge) {

  /** Nothing more than a good token. */
  public static final StepUp NONE = new StepUp(Set.of(), Optional.empty());

  public StepUp {
    levels = Set.copyOf(levels);
    if (maxAge.filter(age -> !age.isPositive()).isPresent()) {
      throw new IllegalArgumentException("a sign-in may be some time ago");
    }
  }

  /**
   * What a sign-in lacks.
   *
   * @return empty if it is enough; else what to do, for whoever signed in
   */
  public Optional<String> lackOf(SignIn signIn, Instant now) {
    if (!levels.isEmpty() && signIn.level().filter(levels::contains).isEmpty()) {
      return Optional.of(
          "this needs a sign-in of level "
              + String.join(" or ", levels.stream().sorted().toList()));
    }
    if (maxAge.isPresent()
        && signIn.at().filter(at -> now.isBefore(at.plus(maxAge.get()))).isEmpty()) {
      return Optional.of(
          "this needs a sign-in of the last " + maxAge.get().toMinutes() + " minutes");
    }
    return Optional.empty();
  }
}

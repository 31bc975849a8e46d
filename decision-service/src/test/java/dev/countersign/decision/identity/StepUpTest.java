package dev.countersign.decision.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.decision.identity.TokenVerifier.SignIn;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class StepUpTest {

  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

  private static SignIn signIn(String level, Duration ago) {
    return new SignIn(Optional.of(NOW.minus(ago)), Optional.of(level));
  }

  @Test
  void asksForNothingUnlessItIsConfigured() {
    assertThat(StepUp.NONE.lackOf(SignIn.UNKNOWN, NOW)).isEmpty();
  }

  @Test
  void asksForALevelAndForAge() {
    StepUp stepUp = new StepUp(Set.of("gold", "phr"), Optional.of(Duration.ofMinutes(10)));

    assertThat(stepUp.lackOf(signIn("gold", Duration.ofMinutes(9)), NOW)).isEmpty();
    assertThat(stepUp.lackOf(signIn("silver", Duration.ofMinutes(9)), NOW))
        .contains("this needs a sign-in of level gold or phr");
    assertThat(stepUp.lackOf(signIn("phr", Duration.ofMinutes(10)), NOW))
        .contains("this needs a sign-in of the last 10 minutes");
  }

  @Test
  void whatATokenDoesNotSayItHasNot() {
    assertThat(new StepUp(Set.of("gold"), Optional.empty()).lackOf(SignIn.UNKNOWN, NOW))
        .isPresent();
    assertThat(new StepUp(Set.of(), Optional.of(Duration.ofHours(1))).lackOf(SignIn.UNKNOWN, NOW))
        .isPresent();
  }
}

package dev.countersign.decision.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.rules.fact.Subject;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class RateLimitsTest {

  private final AtomicLong now = new AtomicLong();
  private final RateLimits limits = new RateLimits(new ApiConfig.CallLimits(120, 6, 60), now::get);

  private static Subject subject(String issuer, String id) {
    return new Subject(issuer, id, id, Subject.Kind.AGENT, Set.of(), Optional.empty());
  }

  private Optional<Duration> change(String issuer, String id) {
    return limits.take(subject(issuer, id), Route.Kind.CHANGE);
  }

  @Test
  void gw40_halfAMinutesCallsComeAtOnceAndThenOneByOne() {
    for (int i = 0; i < 3; i++) {
      assertThat(change("https://i", "a")).isEmpty();
    }
    assertThat(change("https://i", "a")).contains(Duration.ofSeconds(10));

    now.addAndGet(Duration.ofSeconds(4).toNanos());
    assertThat(change("https://i", "a")).contains(Duration.ofSeconds(6));
    now.addAndGet(Duration.ofSeconds(6).toNanos() + 1);
    assertThat(change("https://i", "a")).isEmpty();
    assertThat(change("https://i", "a")).isPresent();
  }

  @Test
  void gw40_nobodyUsesUpWhatAnotherHas() {
    for (int i = 0; i < 4; i++) {
      var _ = change("https://i", "a");
    }

    assertThat(change("https://i", "b")).isEmpty();
    assertThat(change("https://other", "a")).isEmpty();
    assertThat(limits.take(subject("https://i", "a"), Route.Kind.READ)).isEmpty();
  }

  @Test
  void gw41_bucketsOfThoseWhoAreGoneAreNotKept() {
    for (int i = 0; i < 30_000; i++) {
      now.addAndGet(Duration.ofSeconds(1).toNanos());
      assertThat(change("https://i", "subject-" + i)).isEmpty();
    }

    assertThat(limits.size()).isLessThanOrEqualTo(10_001);
  }
}

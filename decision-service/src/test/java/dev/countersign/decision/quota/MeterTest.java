package dev.countersign.decision.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.rules.fact.Subject;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What one subject may do and take. */
final class MeterTest {

  private static final OptionalLong ANY = OptionalLong.empty();
  private static final Duration HOUR = Duration.ofHours(1);

  private final AtomicLong now = new AtomicLong(Duration.ofDays(3).toNanos());

  private Meter meter(OptionalLong commands, OptionalLong rows, OptionalLong bytes) {
    return new Meter(new Caps(commands, rows, bytes, HOUR), now::get);
  }

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }

  private static Subject subject(String issuer, String id) {
    return new Subject(issuer, id, id, Subject.Kind.AGENT, Set.of(), Optional.empty());
  }

  @Test
  void gw40_soManyCommandsASecond() {
    Meter meter = meter(OptionalLong.of(3), ANY, ANY);
    for (int i = 0; i < 3; i++) {
      assertThat(meter.command()).isEmpty();
    }

    assertThat(meter.command()).contains("the limit of 3 commands a second is reached");
    pass(Duration.ofMillis(400));
    assertThat(meter.command()).isEmpty();
    assertThat(meter.command()).isPresent();
    pass(Duration.ofHours(1));
    for (int i = 0; i < 3; i++) {
      assertThat(meter.command()).isEmpty();
    }
    assertThat(meter.command()).isPresent();
  }

  @Test
  void soManyRowsAndBytesInAWindow() {
    Meter meter = meter(ANY, OptionalLong.of(10), OptionalLong.of(1_000));
    assertThat(meter.sent(10, 900)).isEmpty();
    assertThat(meter.command()).contains("the limit of 10 rows in an hour is reached");

    assertThat(meter.sent(1, 10)).contains("the limit of 10 rows in an hour is reached");
    pass(Duration.ofMinutes(30));
    assertThat(meter.command()).isPresent();
    assertThat(meter.sent(0, 200)).isPresent();
    pass(Duration.ofMinutes(31));
    assertThat(meter.command()).isEmpty();
    assertThat(meter.sent(0, 801)).contains("the limit of 1000 bytes in an hour is reached");
  }

  @Test
  void whoHasNoBoundsHasNone() {
    assertThat(Meter.NONE.command()).isEmpty();
    assertThat(Meter.NONE.sent(Long.MAX_VALUE, Long.MAX_VALUE)).isEmpty();
    assertThat(Meters.NONE.of(subject("i", "a"))).isSameAs(Meter.NONE);
  }

  @Test
  void gw08_aSubjectHasOneMeterAndAnotherIssuersSubjectAnother() {
    Meters meters = new Meters(new Caps(OptionalLong.of(1), ANY, ANY, HOUR), now::get);

    assertThat(meters.of(subject("i", "a"))).isSameAs(meters.of(subject("i", "a")));
    assertThat(meters.of(subject("j", "a"))).isNotSameAs(meters.of(subject("i", "a")));
  }

  @Test
  void gw41_idleSubjectsAreForgotten() {
    Meters meters = new Meters(new Caps(OptionalLong.of(1), ANY, ANY, HOUR), now::get);
    for (int i = 0; i < 10_000; i++) {
      assertThat(meters.of(subject("i", "s" + i)).command()).isEmpty();
    }
    pass(Duration.ofSeconds(2));

    meters.of(subject("i", "one more"));

    assertThat(meters.size()).isEqualTo(1);
  }
}

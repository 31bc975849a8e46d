package dev.countersign.rules.fact;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class GlobTest {

  /** What a regular expression would try for longer than anybody lives. */
  @ParameterizedTest
  @ValueSource(strings = {"a*a*a*a*a*a*a*a*a*a*a*a*a*b", "*a*a*a*a*a*a*a*a*a*a*a*b", "(a+)+$"})
  void gw36_noPatternTakesMoreThanPatternTimesText(String pattern) {
    String text = "a".repeat(200_000);

    assertThat(assertTimeoutPreemptively(ofSeconds(60), () -> new Glob(pattern).matches(text)))
        .isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"(a|b)", "[ab]", "a?", "a+", "\\w", ".", "a{1}", "^a$"})
  void gw36_signsOfRegularExpressionsAreThemselves(String pattern) {
    assertThat(new Glob(pattern).matches("a")).isFalse();
    assertThat(new Glob(pattern).matches(pattern)).isTrue();
  }

  @Test
  void aStarIsAnyRunOfCharactersTheEmptyOneToo() {
    assertThat(new Glob("public.*").matches("public.")).isTrue();
    assertThat(new Glob("*.orders").matches("a.b.orders")).isTrue();
    assertThat(new Glob("a*c").matches("ab")).isFalse();
    assertThat(new Glob("").matches("")).isTrue();
  }
}

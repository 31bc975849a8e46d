package dev.countersign.decision.signin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignInAttemptTest {

  @Test
  void livesInItsCookie() {
    SignInAttempt attempt = SignInAttempt.at("https://id.example", "/approvals/A-1?x=1");

    assertThat(SignInAttempt.parse(attempt.cookie())).contains(attempt);
    assertThat(attempt.challenge()).matches("[A-Za-z0-9_-]{43}").isNotEqualTo(attempt.verifier());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "/%0d%0aSet-Cookie: a",
        "/a\nb",
        "javascript:alert(1)",
        "",
        "/.evil"
      })
  void nobodyIsSentAnywhereElseAfterwards(String to) {
    assertThat(SignInAttempt.at("https://id.example", to).to()).doesNotContain("evil", "\n", ":");
    assertThat(SignInAttempt.at("https://id.example", to).to()).startsWith("/");
  }

  @Test
  void whatIsNoCookieOfOursIsNone() {
    Random random = new Random(3);
    for (int round = 0; round < 500; round++) {
      byte[] bytes = new byte[random.nextInt(200)];
      random.nextBytes(bytes);
      assertThat(SignInAttempt.parse(Base64.getUrlEncoder().encodeToString(bytes))).isEmpty();
    }
    assertThat(SignInAttempt.parse("%")).isEmpty();
    assertThat(SignInAttempt.parse("A".repeat(5000))).isEmpty();
  }
}

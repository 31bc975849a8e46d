package dev.countersign.decision.signin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionSecretTest {

  private final SessionSecret secret = SessionSecret.random();

  @Test
  void aCookieGivesTheSameSecretAgain() {
    SessionSecret again = SessionSecret.parse(secret.cookie()).orElseThrow();

    assertThat(again.digest()).isEqualTo(secret.digest());
    assertThat(again.formToken()).isEqualTo(secret.formToken());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "../../etc", "AAAA AAAA", "ä", "A\nB"})
  void whatIsNoCookieOfOursIsNone(String cookie) {
    assertThat(SessionSecret.parse(cookie)).isEmpty();
  }

  @Test
  void whatTheDatabaseHoldsDoesNotGiveTheCookie() {
    assertThat(new String(secret.digest(), UTF_8)).doesNotContain(secret.cookie());
    assertThat(secret.formToken()).isNotEqualTo(secret.cookie());
  }

  @Test
  void onlyTheSameSecretOpensWhatItSealed() {
    byte[] sealed = secret.seal("refresh-token");

    assertThat(secret.open(sealed)).contains("refresh-token");
    assertThat(SessionSecret.random().open(sealed)).isEmpty();
    sealed[sealed.length - 1] ^= 1;
    assertThat(secret.open(sealed)).isEmpty();
    assertThat(secret.open(new byte[3])).isEmpty();
  }

  @Test
  void aFormOfAnotherSessionIsNotOwn() {
    assertThat(secret.isFormToken(secret.formToken())).isTrue();
    assertThat(secret.isFormToken(SessionSecret.random().formToken())).isFalse();
    assertThat(secret.isFormToken("")).isFalse();
  }
}

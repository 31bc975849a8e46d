package dev.countersign.proxy.postgres.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The exchange of RFC 7677, section 3, with PostgreSQL's empty user name. */
final class ScramClientTest {

  private static final String NONCE = "rOprNGfwEbeRWgbNEkqO";
  private static final String CHALLENGE =
      "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";

  @Test
  void opensWithoutAUserName() {
    assertThat(new ScramClient(NONCE).first()).isEqualTo("n,,n=,r=" + NONCE);
  }

  @Test
  void refusesAServerThatDoesNotKnowThePassword() {
    ScramClient client = new ScramClient(NONCE);

    String answer = client.answer(CHALLENGE.getBytes(UTF_8), "pencil");

    assertThat(answer).startsWith("c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=");
    assertThatThrownBy(
            () -> client.verify("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=".getBytes(UTF_8)))
        .isInstanceOf(WireException.Unexpected.class);
  }

  @Test
  void refusesAVerdictBeforeAChallenge() {
    assertThatThrownBy(() -> new ScramClient(NONCE).verify("v=".getBytes(UTF_8)))
        .isInstanceOf(WireException.Unexpected.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "i=2147483648",
        "i=100001",
        "i=4095",
        "i=0",
        "i=-1",
        "i=+5000",
        "i=9999999999999",
        "i=",
        "4096"
      })
  void pgp43_refusesIterationsOutOfBounds(String iterations) {
    String challenge = CHALLENGE.replace("i=4096", iterations);

    assertThatThrownBy(
            () -> new ScramClient(NONCE).answer(challenge.getBytes(StandardCharsets.UTF_8), "x"))
        .isInstanceOf(WireException.Malformed.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"r=other,s=AAAA,i=4096", "r=rOprNGfwEbeRWgbNEkqO,s=AAAA,i=4096", "e=x"})
  void refusesAChallengeToAnotherQuestion(String challenge) {
    assertThatThrownBy(() -> new ScramClient(NONCE).answer(challenge.getBytes(UTF_8), "x"))
        .isInstanceOf(WireException.Malformed.class);
  }
}

package dev.countersign.proxy.postgres.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.proxy.fuzz.Fuzzer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The exchange of RFC 7677, section 3, with PostgreSQL's empty user name. */
final class ScramClientTest {

  /** A hundred thousand rounds of hashing, each with a block of its own. */
  private static final long MEMORY = 64L << 20;

  private static final String NONCE = "rOprNGfwEbeRWgbNEkqO";
  private static final String CHALLENGE =
      "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";

  private static ScramClient client() {
    return new ScramClient(NONCE, new ScramKeys());
  }

  @Test
  void opensWithoutAUserName() {
    assertThat(client().first()).isEqualTo("n,,n=,r=" + NONCE);
  }

  @Test
  void refusesAServerThatDoesNotKnowThePassword() {
    ScramClient client = client();

    String answer = client.answer(CHALLENGE.getBytes(UTF_8), "pencil");

    assertThat(answer).startsWith("c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=");
    assertThatThrownBy(
            () -> client.verify("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=".getBytes(UTF_8)))
        .isInstanceOf(WireException.Unexpected.class);
  }

  /** Whoever else has been there, with that password or another, the proof is the same. */
  @Test
  void provesTheSameWithKeysOfBefore() {
    ScramKeys keys = new ScramKeys();
    String otherSalt = CHALLENGE.replace("s=W22", "s=X22");
    String moreRounds = CHALLENGE.replace("i=4096", "i=4097");

    for (int login = 0; login < 2; login++) {
      for (String challenge : new String[] {CHALLENGE, otherSalt, moreRounds}) {
        for (String password : new String[] {"pencil", "pen"}) {
          assertThat(new ScramClient(NONCE, keys).answer(challenge.getBytes(UTF_8), password))
              .isEqualTo(client().answer(challenge.getBytes(UTF_8), password));
        }
      }
    }
  }

  @Test
  void refusesAVerdictBeforeAChallenge() {
    assertThatThrownBy(() -> client().verify("v=".getBytes(UTF_8)))
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

    assertThatThrownBy(() -> client().answer(challenge.getBytes(StandardCharsets.UTF_8), "x"))
        .isInstanceOf(WireException.Malformed.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"r=other,s=AAAA,i=4096", "r=rOprNGfwEbeRWgbNEkqO,s=AAAA,i=4096", "e=x"})
  void refusesAChallengeToAnotherQuestion(String challenge) {
    assertThatThrownBy(() -> client().answer(challenge.getBytes(UTF_8), "x"))
        .isInstanceOf(WireException.Malformed.class);
  }

  /** Whatever it is, it is answered with a proof for that very question, or refused. */
  @Test
  void pgp43_aChallengeIsAnsweredOrRefused() throws Exception {
    Fuzzer fuzzer =
        Fuzzer.ofTexts(
            ScramClientTest.class,
            "scram.txt",
            Bytes.NOTATION,
            List.of("r=" + NONCE, ",s=", ",i=", "4096", "=="),
            MEMORY);
    ScramKeys keys = new ScramKeys();

    assertThat(fuzzer.run(challenge -> answer(challenge, keys))).isGreaterThan(10);
  }

  private static String answer(byte[] challenge, ScramKeys keys) {
    ScramClient client = new ScramClient(NONCE, keys);
    try {
      assertThat(client.answer(challenge, "pencil")).startsWith("c=biws,r=" + NONCE);
    } catch (WireException.Malformed refused) {
      return refused.getMessage();
    }
    assertThatThrownBy(() -> client.verify(challenge)).isInstanceOf(WireException.class);
    return "answered";
  }
}

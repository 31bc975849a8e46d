package dev.countersign.decision.credential;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CredentialTextTest {

  @Test
  void isOfMoreThan256RandomBitsAndReadBack() {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      CredentialText text = CredentialText.random(new SecureRandom());
      assertThat(text.value()).matches("cs_[A-Za-z0-9_-]{43}");
      assertThat(CredentialText.parse(text.value())).contains(text);
      assertThat(seen.add(text.value())).isTrue();
    }
  }

  @Test
  void neverShowsItself() {
    CredentialText text = CredentialText.random(new SecureRandom());

    assertThat(text.toString()).doesNotContain(text.value().substring(3));
    assertThat(text.digest()).hasSize(32);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "cs_",
        "cs_short",
        "CS_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "cs_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "cs_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n",
        "cs_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n",
        "cs_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
      })
  void whatIsNotExactlyOneIsNone(String text) {
    assertThat(CredentialText.parse(text)).isEmpty();
  }

  @Test
  void randomBytesAreNone() {
    Random random = new Random(7);
    for (int i = 0; i < 10_000; i++) {
      byte[] bytes = new byte[random.nextInt(64)];
      random.nextBytes(bytes);
      assertThat(
              CredentialText.parse(
                  "cs_" + new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1)))
          .isEmpty();
    }
  }
}

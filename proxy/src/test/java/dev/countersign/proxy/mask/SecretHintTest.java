package dev.countersign.proxy.mask;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.rules.verdict.Detector;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretHintTest {

  /** Of which texts with secrets in them are made, and texts that only look like them. */
  private static final List<String> PARTS =
      List.of(
          "-----BEGIN RSA PRIVATE KEY-----",
          "-----BEGIN ",
          "PRIVATE KEY-----",
          "AKIA",
          "ASIA",
          "IOSFODNN7EXAMPLE",
          "ghp_",
          "ghs",
          "_",
          "0123456789abcdefghijABCDEFGHIJ012345",
          "github_pat_",
          "glpat-",
          "xoxb-",
          "sk_live_",
          "AIza",
          "sk-ant-",
          "AGE-SECRET-KEY-1",
          "postgres://user:",
          "@host",
          "eyJ",
          ".eyJ",
          ".",
          "password",
          "PASSWD",
          "secret",
          "Api-Key",
          "apikey",
          "access_token",
          "\"",
          "'",
          " ",
          "   ",
          "\t",
          "\n",
          ":",
          "=",
          "abcdef",
          "ü");

  @Test
  void gw31_missesNothingThatTheFormsFind() {
    Random random = new Random(31);
    int found = 0;
    for (int i = 0; i < 200_000; i++) {
      StringBuilder made = new StringBuilder();
      for (int part = random.nextInt(7); part >= 0; part--) {
        made.append(PARTS.get(random.nextInt(PARTS.size())));
      }
      String text = made.toString();
      if (ContentDetectors.hasForm(Detector.SECRET, text)) {
        found++;
        assertThat(SecretHint.isIn(text)).as(text).isTrue();
      }
    }

    assertThat(found).isGreaterThan(1_000);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0d6f7a3e-9b8c-4c55-8a3d-5f2e1c0b9a87",
        "2026-11-25T23:16:22Z",
        "registry.shop.example/web:1.4",
        "app=web",
      })
  void passesWhatIsEveryday(String text) {
    assertThat(SecretHint.isIn(text)).isFalse();
    assertThat(ContentDetectors.finds(Detector.SECRET, 25, text.getBytes(StandardCharsets.UTF_8)))
        .isFalse();
  }
}

package dev.countersign.proxy.postgres.sql;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** In a database of another encoding names are of ASCII's letters. */
final class NameEncodingTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT * FROM KÜNDEN",
        "SELECT * FROM \"Künden\"",
        "SELECT 1 AS é",
        "SELECT * FROM U&\"K\\00DCNDEN\"",
        "SELECT * FROM U&\"K!00DCNDEN\" UESCAPE '!'",
        "/* ü */ SELECT 'ü', ü FROM t",
        "SELECT a.ü FROM a",
        "SELECT $$x$$, ü()"
      })
  void refusesOtherNames(String sql) {
    assertThatExceptionOfType(SqlRefused.class)
        .isThrownBy(() -> NameEncoding.check(sql))
        .matches(refused -> refused.rule() == SqlRefused.Rule.ENCODING)
        .matches(refused -> refused.position() > 0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "SELECT 'Künden', E'\\u00fc', U&'\\00fc', $$ü$$, N'ü' FROM t",
        "SELECT 1 -- ü",
        "/* ü */ INSERT INTO \"Orders\" VALUES ($1, 'ü')"
      })
  void letsValuesPass(String sql) {
    assertThatCode(() -> NameEncoding.check(sql)).doesNotThrowAnyException();
  }

  @Test
  void endsOnAnyText() {
    Random random = new Random(7);
    String alphabet = "aZ09 \"'$\\/*-;.,()U&üé€\u0001";
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(40); length > 0; length--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      try {
        NameEncoding.check(text.toString());
      } catch (SqlRefused refused) {
        // That is an answer, too.
      }
    }
  }
}

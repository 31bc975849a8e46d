package dev.countersign.audit.exposure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FoldedValueTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          alice@example.org           | EMAIL  | alice@example.org
          '  Alice@Example.ORG '      | EMAIL  | alice@example.org
          +49 (30) 1234-567           | NUMBER | 49301234567
          (415) 555-0100              | NUMBER | 4155550100
          4155550100                  | NUMBER | 4155550100
          913-66-7755                 | NUMBER | 913667755
          4929 0000 1111 7733         | NUMBER | 4929000011117733
          de89 3704 0044 0532 0130 00 | IBAN   | DE89370400440532013000
          'Grace   HOPPER'            | TEXT   | grace hopper
          Straße                      | TEXT   | strasse
          """)
  void isTheSameHoweverItIsWritten(String value, FoldedValue.Kind kind, String text) {
    assertThat(FoldedValue.of(value)).isEqualTo(new FoldedValue(kind, text));
  }

  @Test
  void fullWidthAndCombinedCharactersAreFolded() {
    assertThat(FoldedValue.of("ＡＬＩＣＥ＠example.org").text()).isEqualTo("alice@example.org");
    assertThat(FoldedValue.of("Zoe\u0308").text()).isEqualTo(FoldedValue.of("ZOË").text());
  }

  @Test
  void aLongTextIsRefusedAndNeverPrinted() {
    assertThatThrownBy(() -> FoldedValue.of("x".repeat(FoldedValue.LONGEST + 1)))
        .hasMessageContaining("4096");
    assertThat(FoldedValue.of("top secret").toString()).doesNotContain("secret");
  }

  @Test
  void takesAnyCharacters() {
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(60); n > 0; n--) {
        text.append((char) random.nextInt(random.nextBoolean() ? 128 : 0x10000));
      }
      FoldedValue folded = FoldedValue.of(text.toString());
      assertThat(FoldedValue.of(text.toString())).isEqualTo(folded);
    }
  }
}

package dev.countersign.proxy.postgres.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.decision.approval.Fingerprints;
import dev.countersign.decision.approval.FrozenCommand.Parameter;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When two texts are the same command. */
final class SamenessTest {

  private static final SqlClassifier CLASSIFIER = new SqlClassifier();

  @AfterAll
  static void close() {
    CLASSIFIER.close();
  }

  private static Fingerprints of(String sql, Parameter... parameters) {
    return CLASSIFIER.sameness(sql).orElseThrow().with(List.of(parameters));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DELETE FROM carts WHERE id = 7",
        "delete  from\n Carts where (id) = 7",
        "/* why */ DELETE FROM carts -- all\n WHERE id=7;"
      })
  void writingMakesNoDifference(String sql) {
    assertThat(of(sql).same()).isEqualTo(of("DELETE FROM carts WHERE id = 7").same());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DELETE FROM carts WHERE id = 8",
        "DELETE FROM carts WHERE id = '7'",
        "DELETE FROM carts WHERE id = 7.0",
        "DELETE FROM carts WHERE id <> 7",
        "DELETE FROM public.carts WHERE id = 7",
        "DELETE FROM \"Carts\" WHERE id = 7",
        "DELETE FROM carts WHERE id = 7 OR true",
        "DELETE FROM carts WHERE id = 7; DELETE FROM orders",
        "DELETE FROM ONLY carts WHERE id = 7",
        "DELETE FROM carts WHERE id = 7 RETURNING *",
        "DELETE FROM carts"
      })
  void gw15_whatItDoesMakesADifference(String sql) {
    assertThat(of(sql).same()).isNotEqualTo(of("DELETE FROM carts WHERE id = 7").same());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "DELETE FROM carts WHERE id = 8 | true",
        "DELETE FROM carts WHERE id = 'x' | true",
        "DELETE FROM carts WHERE id = $1 | true",
        "DELETE FROM carts WHERE id = NULL | false",
        "DELETE FROM carts WHERE true | false",
        "DELETE FROM carts WHERE id = 7 OR 1 = 1 | false",
        "DELETE FROM carts WHERE id > 7 | false",
        "DELETE FROM carts WHERE id = other | false"
      })
  void withoutItsValuesAShapeIsLeft(String sql, boolean same) {
    assertThat(of(sql).anyValues().equals(of("DELETE FROM carts WHERE id = 7").anyValues()))
        .isEqualTo(same);
  }

  @Test
  void gw16_parametersAreLiterals() {
    String sql = "DELETE FROM carts WHERE id = $1";
    Fingerprints seven = of(sql, new Parameter(23, 0, Optional.of("37")));

    assertThat(of(sql, new Parameter(23, 0, Optional.of("37")))).isEqualTo(seven);
    assertThat(of(sql, new Parameter(23, 0, Optional.of("38"))).same()).isNotEqualTo(seven.same());
    assertThat(of(sql, new Parameter(25, 0, Optional.of("37"))).same()).isNotEqualTo(seven.same());
    assertThat(of(sql, new Parameter(23, 0, Optional.empty())).same()).isNotEqualTo(seven.same());
    assertThat(of(sql).same()).isNotEqualTo(seven.same());
    assertThat(of(sql, new Parameter(23, 0, Optional.of("38"))).anyValues())
        .isEqualTo(seven.anyValues());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "EXECUTE cleanup(7)",
        "SELECT 1; EXECUTE cleanup",
        "FETCH ALL FROM c",
        "COPY carts FROM STDIN",
        "DO $$ BEGIN END $$",
        "CALL cleanup()",
        "DELETE FROM",
        ""
      })
  void thereIsNoneForWhatItsTextDoesNotTell(String sql) {
    assertThat(CLASSIFIER.sameness(sql)).isEmpty();
  }

  @Test
  void survivesWhateverComes() {
    Random random = new Random(7);
    for (int i = 0; i < 200; i++) {
      byte[] bytes = new byte[random.nextInt(60)];
      random.nextBytes(bytes);
      assertThat(
              CLASSIFIER.sameness(new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1)))
          .isNotNull();
    }
  }
}

package dev.countersign.decision.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.decision.approval.Exhibit;
import java.util.List;
import org.junit.jupiter.api.Test;

class ImpactTest {

  private static final Exhibit TABLES =
      new Exhibit(
          "Tables",
          Exhibit.Format.TABLE,
          "[{\"table\":\"public.orders\",\"rows, about\":\"3000\",\"size\":\"368"
              + " kB\",\"triggers\":\"\"}]");

  private static Exhibit plan(String first, String second) {
    return new Exhibit("Plan", Exhibit.Format.TEXT, first + "\n" + second + "\n");
  }

  @Test
  void saysHowManyRowsOfHowManyAreChanged() {
    Impact impact =
        Impact.of(
                List.of(
                    TABLES,
                    plan(
                        "Update on orders  (cost=0.28..8.30 rows=0 width=0)",
                        "  ->  Index Scan using pk on orders  (cost=0.28..8.30 rows=1 width=38)")))
            .orElseThrow();

    assertThat(impact.words()).isEqualTo("It changes about 1 row of about 3,000.");
    assertThat(impact.isMuch()).isFalse();
  }

  @Test
  void saysThatItIsMostOfATable() {
    Impact impact =
        Impact.of(
                List.of(
                    TABLES,
                    plan(
                        "Delete on orders  (cost=0.00..8.30 rows=0 width=0)",
                        "  ->  Seq Scan on orders  (cost=0.00..58.30 rows=2999 width=6)")))
            .orElseThrow();

    assertThat(impact.words()).isEqualTo("It deletes about 2,999 rows of about 3,000.");
    assertThat(impact.isMuch()).isTrue();
  }

  @Test
  void gw21_aNameIsNoEstimate() {
    assertThat(
            Impact.of(
                List.of(
                    plan(
                        "Update on t  (cost=0.28..8.30 rows=0 width=0)",
                        "  ->  Seq Scan on \"x (cost=0.28..8.30 rows=1 width=38)\" (cost=0.28..9.99"
                            + " rows=7 width=38)"))))
        .hasValueSatisfying(impact -> assertThat(impact.rows()).isEqualTo(7));
    assertThat(Impact.of(List.of(plan("Result  (cost=0.00..0.01 rows=1 width=4)", "x")))).isEmpty();
    assertThat(Impact.of(List.of())).isEmpty();
  }
}

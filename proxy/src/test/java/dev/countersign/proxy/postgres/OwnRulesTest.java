package dev.countersign.proxy.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.proxy.postgres.catalog.Catalog;
import dev.countersign.proxy.postgres.catalog.MaskedColumns;
import dev.countersign.proxy.postgres.sql.ClassifiedStatement;
import dev.countersign.proxy.postgres.sql.SqlClassifier;
import dev.countersign.rules.fact.Glob;
import dev.countersign.rules.verdict.MaskPlan;
import dev.countersign.rules.verdict.MaskRule;
import dev.countersign.rules.verdict.Masker;
import dev.countersign.rules.verdict.MatchedRow;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is remembered of the gateway's own rules is what they say. */
class OwnRulesTest {

  private static final List<String> TEXTS =
      List.of(
          "SELECT id FROM orders WHERE id = %d",
          "SELECT set_config('x', '%d', false)",
          "SELECT pg_catalog.set_config('search_path', '', false)",
          "SELECT * FROM pg_authid WHERE oid = %d",
          "SELECT * FROM pg_stats LIMIT %d",
          "INSERT INTO notes SELECT %d, email FROM customers",
          "INSERT INTO notes SELECT %d, region FROM customers",
          "UPDATE customers SET note = email WHERE id = %d",
          "CREATE TEMP TABLE customers AS SELECT %d AS id",
          "SET work_mem = %d",
          "SET role = 'r%d'",
          "COPY customers TO STDOUT",
          "COPY customers TO '/tmp/%d'",
          "DO 'BEGIN PERFORM %d; END'",
          "LISTEN a%d",
          "PREPARE s AS SELECT email FROM customers WHERE id = %d",
          "EXPLAIN SELECT email FROM customers WHERE id = %d",
          "SELECT sealed FROM customers ORDER BY sealed LIMIT %d",
          "SELECT sealed FROM customers LIMIT %d");

  private static MaskRule rule(String column, boolean sealed) {
    return new MaskRule(
        new Glob("public.customers"),
        new Glob(column),
        Masker.REDACT,
        sealed,
        List.of(),
        MatchedRow.builtIn("M-1", "", "", ""));
  }

  @Test
  void areWhatTheySayAnew() throws Exception {
    Catalog catalog = Catalog.unknown(List.of("public"));
    MaskPlan plan = new MaskPlan(List.of(rule("email", false), rule("sealed", true)), List.of());
    OwnRules masking = new OwnRules(MaskedColumns.of(plan, catalog), "gateway");
    OwnRules open = new OwnRules(MaskedColumns.of(MaskPlan.NONE, catalog), "gateway");
    int refused = 0;
    try (SqlClassifier classifier = new SqlClassifier()) {
      for (int n = 0; n < 2_000; n++) {
        for (String text : TEXTS) {
          for (ClassifiedStatement statement :
              classifier.classify(text.formatted(n % 700), catalog)) {
            assertThat(masking.refusal(statement))
                .isEqualTo(GatewayRules.refusal(statement, masking.masked()));
            assertThat(open.refusal(statement))
                .isEqualTo(GatewayRules.refusal(statement, open.masked()));
            refused += masking.refusal(statement).isPresent() ? 1 : 0;
          }
        }
      }
    }
    assertThat(refused).isGreaterThan(10_000);
  }
}

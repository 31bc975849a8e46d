package dev.countersign.proxy.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.audit.event.Event;
import dev.countersign.rules.verdict.Detector;
import dev.countersign.rules.verdict.Masker;
import dev.countersign.rules.verdict.Verdict;
import dev.countersign.rules.workbook.MaskingRow;
import dev.countersign.rules.workbook.Treatment;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Values that are hidden by what they look like, as psql gets them. */
final class ContentMaskIT {

  private static final String MAIL = "grace@navy.example";
  private static final String CARD = "4111111111111111";

  private static OpenDoor door;

  @BeforeAll
  static void open() throws Exception {
    door = OpenDoor.open();
    door.policy.activate(
        MaskingRules.policy(
            List.of(
                detect(2, Detector.EMAIL, Masker.PARTIAL),
                detect(3, Detector.PAYMENT_CARD, Masker.REDACT))));
    door.shop.run(
        "CREATE TABLE memo (id int, body text, card bigint, amount numeric, doc jsonb);"
            + " GRANT ALL ON memo TO gateway;"
            + (" INSERT INTO memo VALUES (1, 'mail %1$s today', %2$s, %2$s, '{\"to\": \"%1$s\"}'),"
                    + " (2, 'nothing here', 7, 7.5, '{}')")
                .formatted(MAIL, CARD));
  }

  private static MaskingRow detect(int number, Detector detector, Masker masker) {
    return MaskingRules.row(
        number, MaskingRules.EVERYBODY, "*", "*", new Treatment.Detect(detector, masker));
  }

  @AfterAll
  static void close() throws Exception {
    door.close();
  }

  @AfterEach
  void nothingFoundEverLeft() {
    assertThat(door.tap.received()).doesNotContain(MAIL, CARD);
    door.tap.forget();
    door.journal.clear();
  }

  @Test
  void hidesTheValuesAndNoOthers() throws Exception {
    String printed = door.psql("SELECT id, body, card, amount, doc FROM memo ORDER BY id").text();

    assertThat(printed).contains("1|*****oday|||", "2|nothing here|7|7.5|{}");
    assertThat(door.journal.of(Event.CommandDecided.class))
        .singleElement()
        .satisfies(decided -> assertThat(decided.verdict()).isEqualTo(Verdict.MASK))
        .satisfies(decided -> assertThat(decided.rows().getFirst().rule()).isEqualTo("MSK-002"));
    assertThat(door.journal.of(Event.CommandCompleted.class))
        .singleElement()
        .satisfies(
            completed ->
                assertThat(completed.maskedColumns())
                    .containsExactlyInAnyOrder("body", "card", "amount", "doc"));
  }

  @Test
  void aResultWithoutAnyIsToldAsSuch() throws Exception {
    assertThat(door.psql("SELECT body FROM memo WHERE id = 2").text()).contains("nothing here");

    assertThat(door.journal.of(Event.CommandCompleted.class))
        .singleElement()
        .satisfies(completed -> assertThat(completed.maskedColumns()).isEmpty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT upper(body) FROM memo",
        "SELECT array_agg(body) FROM memo",
        "SELECT to_json(memo) FROM memo",
        "SELECT memo FROM memo",
        "SELECT ROW(body, card) FROM memo",
        "SELECT array_agg(memo) FROM memo",
        "SELECT array_agg(card), array_agg(amount) FROM memo",
        "SELECT xmlforest(body), convert_to(body, 'UTF8') FROM memo",
        "SELECT to_tsvector('simple', body) FROM memo",
        "BEGIN; DECLARE c BINARY CURSOR FOR SELECT memo, ARRAY[body], ARRAY[memo] FROM memo;"
            + " FETCH ALL FROM c; COMMIT",
        "SELECT doc->>'to' FROM memo",
        "SELECT body::varchar(40), card::text, amount * 1 FROM memo",
        "SELECT string_agg(body || card, ',') FROM memo",
        "WITH m AS (SELECT * FROM memo) SELECT * FROM m",
        "INSERT INTO memo SELECT 3, body FROM memo WHERE id = 1 RETURNING body",
        "PREPARE p AS SELECT body FROM memo; EXECUTE p",
        "BEGIN; DECLARE c CURSOR FOR SELECT body, card FROM memo; FETCH ALL FROM c; COMMIT",
        "SELECT body::int FROM memo",
        "EXPLAIN SELECT * FROM memo WHERE body = 'grace@' || 'navy.example'"
      })
  void findsThemInWhateverResult(String sql) throws Exception {
    assertThat(door.psql(sql).text()).doesNotContainIgnoringCase(MAIL).doesNotContain(CARD);
  }
}

package dev.countersign.proxy.postgres;

import static dev.countersign.proxy.postgres.MaskingRules.EVERYBODY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.exposure.Exposures;
import dev.countersign.audit.exposure.FoldedValue;
import dev.countersign.audit.exposure.HourlyKeys;
import dev.countersign.audit.journal.OwnerKey;
import dev.countersign.audit.journal.OwnerPrivateKey;
import dev.countersign.rules.policy.WorkbookPolicy;
import dev.countersign.rules.verdict.Detector;
import dev.countersign.rules.verdict.Masker;
import dev.countersign.rules.workbook.MaskingRow;
import dev.countersign.rules.workbook.Scope;
import dev.countersign.rules.workbook.Treatment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the journal knows of values that were shown, as psql and the JDBC driver get them. */
final class ExposureIT {

  private static final Scope OTHERS = new Scope(List.of("contractors"), "*", "*");
  private static final String PHONE = "public.customers.phone";

  private static final MaskingRow CARDS =
      MaskingRules.row(
          5, EVERYBODY, "*", "*", new Treatment.Detect(Detector.PAYMENT_CARD, Masker.NULL));

  private static OpenDoor door;
  private static HourlyKeys keys;

  @BeforeAll
  static void open(@TempDir Path folder) throws Exception {
    door = OpenDoor.open();
    door.policy.activate(policy(CARDS));
    Path owner = folder.resolve("owner.jwk");
    Files.writeString(owner, OwnerPrivateKey.generate().publicJwk());
    keys = HourlyKeys.start(OwnerKey.read(owner), door.journal);
    door.exposures = keys;
  }

  /** E-mail is hidden from everybody; phones from contractors, so the agent sees them. */
  private static WorkbookPolicy policy(MaskingRow... others) {
    return MaskingRules.policy(
        Stream.concat(
                Stream.of(
                    hide(2, EVERYBODY, "public.customers", "email"),
                    hide(3, OTHERS, "public.customers", "phone"),
                    hide(4, OTHERS, "public.orders", "id")),
                Stream.of(others))
            .toList());
  }

  private static MaskingRow hide(int number, Scope scope, String object, String column) {
    return MaskingRules.row(
        number, scope, object, column, new Treatment.Hide(Masker.REDACT, false));
  }

  @AfterAll
  static void close() throws Exception {
    keys.close();
    door.close();
  }

  @AfterEach
  void forget() {
    door.policy.activate(policy(CARDS));
    door.exposures = keys;
    door.journal.clear();
  }

  private static boolean holds(Event.ValuesExposed exposed, String value) {
    byte[] digest = keys.key().orElseThrow().digester().digest(FoldedValue.of(value));
    String all = HexFormat.of().formatHex(Base64.getDecoder().decode(exposed.digests()));
    return all.contains(HexFormat.of().formatHex(digest));
  }

  private static List<Event.ValuesExposed> exposed() {
    return door.journal.of(Event.ValuesExposed.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          SELECT email FROM customers                                  | public.customers.email
          SELECT * FROM customers                                      | public.customers.email
          SELECT e AS other FROM (SELECT email AS e FROM customers) q  | public.customers.email
          SELECT upper(email) FROM customers                           | upper
          SELECT c FROM customers c                                    | c
          SELECT concat(email, ' today') AS m FROM customers           | m
          PREPARE p AS SELECT email FROM customers; EXECUTE p          | public.customers.email
          INSERT INTO customers SELECT 7, 'x', 'Canary.Mail-7731@example.org' RETURNING email \
            | public.customers.email
          """)
  void tellsThatAMaskedValueWentThrough(String sql, String column) throws Exception {
    try {
      assertThat(door.psql(sql).text()).doesNotContainIgnoringCase("canary");
    } finally {
      door.shop.run("DELETE FROM customers WHERE id = 7");
    }

    assertThat(exposed())
        .filteredOn(exposed -> exposed.column().equals(column))
        .singleElement()
        .satisfies(exposed -> assertThat(exposed.masked()).isTrue())
        .satisfies(exposed -> assertThat(exposed.complete()).isTrue())
        .satisfies(exposed -> assertThat(holds(exposed, Shop.EMAIL)).isTrue())
        .satisfies(exposed -> assertThat(holds(exposed, "other@example.org")).isFalse());
  }

  @Test
  void tellsWhatWasShownClearBecauseItIsMaskedForOthers() throws Exception {
    assertThat(door.psql("SELECT phone FROM customers").text()).contains("555");

    assertThat(exposed())
        .singleElement()
        .satisfies(exposed -> assertThat(exposed.column()).isEqualTo(PHONE))
        .satisfies(exposed -> assertThat(exposed.masked()).isFalse())
        .satisfies(exposed -> assertThat(holds(exposed, "555")).isTrue());
  }

  @Test
  void ofWhatIsMadeOfClearValuesItSaysMaybe() throws Exception {
    door.psql("SELECT phone || '-' || name AS both FROM customers");

    assertThat(exposed())
        .singleElement()
        .satisfies(exposed -> assertThat(exposed.column()).isEqualTo("both"))
        .satisfies(exposed -> assertThat(exposed.masked()).isFalse())
        .satisfies(exposed -> assertThat(exposed.complete()).isFalse());
  }

  @Test
  void seesNumbersInTheBinaryFormatOfTheExtendedProtocol() throws Exception {
    try (var connection = DriverManager.getConnection(door.jdbcUrl() + "&prepareThreshold=-1");
        var statement = connection.prepareStatement("SELECT id FROM orders WHERE id = ?")) {
      statement.setInt(1, 7);
      try (var rows = statement.executeQuery()) {
        assertThat(rows.next()).isTrue();
      }
    }

    assertThat(exposed())
        .singleElement()
        .satisfies(exposed -> assertThat(exposed.column()).isEqualTo("public.orders.id"))
        .satisfies(exposed -> assertThat(holds(exposed, "7")).isTrue())
        .satisfies(exposed -> assertThat(holds(exposed, "8")).isFalse());
  }

  @Test
  void knowsWhatADetectorFoundInsideALongerText() throws Exception {
    String printed =
        door.psql("SELECT 'card 4111 1111 1111 1111 is theirs' AS note FROM payments").text();

    assertThat(printed).doesNotContain("1111");
    assertThat(exposed())
        .singleElement()
        .satisfies(exposed -> assertThat(exposed.column()).isEqualTo("note"))
        .satisfies(exposed -> assertThat(exposed.masked()).isTrue())
        .satisfies(exposed -> assertThat(holds(exposed, "4111111111111111")).isTrue());
  }

  @Test
  void ofACopyItSaysThatItDoesNotKnow() throws Exception {
    door.policy.activate(policy());
    assertThat(door.psql("COPY (SELECT id FROM orders) TO STDOUT").exit()).isZero();

    assertThat(exposed())
        .singleElement()
        .satisfies(exposed -> assertThat(exposed.column()).isEqualTo("public.orders.id"))
        .satisfies(exposed -> assertThat(exposed.digests()).isEmpty())
        .satisfies(exposed -> assertThat(exposed.complete()).isFalse());
  }

  @Test
  void saysNothingOfOtherColumnsAndOfFilters() throws Exception {
    door.psql(
        "SELECT name FROM customers WHERE email = '%s'".formatted(Shop.EMAIL),
        "SELECT status, total_cents FROM orders",
        "SELECT 1");

    assertThat(exposed()).isEmpty();
  }

  @Test
  void isWrittenBeforeTheCommandEnds() throws Exception {
    door.psql("SELECT email FROM customers");

    List<Event> events = door.journal.of(Event.class);
    assertThat(events)
        .filteredOn(
            event ->
                event instanceof Event.ValuesExposed || event instanceof Event.CommandCompleted)
        .hasSize(2)
        .first()
        .isInstanceOf(Event.ValuesExposed.class);
  }

  @Test
  void withoutAnOwnerNothingIsDigested() throws Exception {
    door.exposures = Exposures.NONE;

    door.psql("SELECT email, phone FROM customers");

    assertThat(exposed()).isEmpty();
  }
}

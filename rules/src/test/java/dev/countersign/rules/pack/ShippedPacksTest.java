package dev.countersign.rules.pack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.rules.fact.SqlStatement;
import dev.countersign.rules.fact.SqlVerb;
import dev.countersign.rules.verdict.Decision;
import dev.countersign.rules.verdict.Verdict;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The packs of the distribution, scenario by scenario. */
class ShippedPacksTest {

  private static final SqlStatement KNOWN = World.statement(SqlVerb.SELECT, "public.orders", true);

  private static Packs packs;

  @BeforeAll
  static void load() throws Exception {
    packs = new PackFolder(Path.of("../policy/packs")).load();
  }

  @Test
  void bothAreThere() {
    assertThat(packs.rules()).isEqualTo(15);
  }

  @ParameterizedTest
  @CsvSource(
      useHeadersInDisplayName = true,
      textBlock =
          """
          BLOCKED, GUESSES, WITHIN, VERDICT, RULE
          0,       0,       PT1S,   ALLOW,   SQL-001
          4,       0,       PT1S,   ALLOW,   SQL-001
          5,       0,       PT1S,   BLOCK,   probing
          9,       0,       PT10S,  BLOCK,   probing
          5,       0,       PT20S,  ALLOW,   SQL-001
          0,       9,       PT1S,   ALLOW,   SQL-001
          0,       10,      PT1S,   BLOCK,   guessing
          0,       10,      PT50S,  BLOCK,   guessing
          0,       10,      PT2M,   ALLOW,   SQL-001
          """)
  void walls(int blocked, int guesses, Duration within, Verdict verdict, String rule) {
    World world = new World(packs);
    world.ran(KNOWN, 1);
    for (int i = 0; i < Math.max(blocked, guesses); i++) {
      if (i < blocked) {
        world.log.decided(world.now, World.AGENT, Verdict.BLOCK);
      }
      if (i < guesses) {
        world.log.failed(world.now, World.AGENT, "23505");
      }
      world.now = world.now.plus(within);
    }

    Decision decision = world.ask(KNOWN);

    assertThat(decision.verdict()).isEqualTo(verdict);
    assertThat(decision.why().deciding().rule()).isEqualTo(rule);
  }

  @ParameterizedTest
  @CsvSource(
      useHeadersInDisplayName = true,
      textBlock =
          """
          NOW,                  TABLE,            VERDICT, RULE
          2026-11-23T10:00:00Z, public.orders,    ALLOW,   SQL-001
          2026-11-23T10:00:00Z, public.customers, ALLOW,   SQL-001
          2026-11-23T23:00:00Z, public.orders,    ALLOW,   SQL-001
          2026-11-23T23:00:00Z, public.customers, APPROVE, new table at an odd hour
          2026-11-23T19:59:59Z, public.customers, ALLOW,   SQL-001
          2026-11-23T20:00:00Z, public.customers, APPROVE, new table at an odd hour
          2026-11-24T05:59:59Z, public.customers, APPROVE, new table at an odd hour
          2026-11-24T06:00:00Z, public.customers, ALLOW,   SQL-001
          2026-11-28T12:00:00Z, public.customers, APPROVE, new table at an odd hour
          2026-11-29T12:00:00Z, public.orders,    ALLOW,   SQL-001
          """)
  void hours(Instant now, String table, Verdict verdict, String rule) {
    World world = new World(packs);
    world.ran(KNOWN, 1);
    world.now = now;

    Decision decision = world.ask(World.statement(SqlVerb.SELECT, table, true));

    assertThat(decision.verdict()).isEqualTo(verdict);
    assertThat(decision.why().deciding().rule()).isEqualTo(rule);
  }

  @ParameterizedTest
  @CsvSource(
      useHeadersInDisplayName = true,
      textBlock =
          """
          HOURS, USUAL, NOW,  VERB,   VERDICT, RULE
          9,     200,   1999, SELECT, ALLOW,   SQL-001
          9,     200,   2001, SELECT, APPROVE, bulk read
          9,     200,   2001, INSERT, ALLOW,   SQL-001
          9,     10,    999,  SELECT, ALLOW,   SQL-001
          9,     10,    1001, SELECT, APPROVE, bulk read
          7,     200,   9000, SELECT, ALLOW,   SQL-001
          9,     2000,  9000, SELECT, ALLOW,   SQL-001
          """)
  void baselines(int hours, long usual, long rows, SqlVerb verb, Verdict verdict, String rule) {
    World world = new World(packs);
    world.now = Instant.parse("2026-11-23T06:30:00Z");
    for (int i = 0; i < hours; i++) {
      world.ran(KNOWN, usual);
      world.now = world.now.plus(Duration.ofHours(1));
    }
    world.now = world.now.plus(Duration.ofHours(1));
    world.ran(KNOWN, rows);

    Decision decision = world.ask(World.statement(verb, "public.orders", true));

    assertThat(decision.verdict()).isEqualTo(verdict);
    assertThat(decision.why().deciding().rule()).isEqualTo(rule);
  }

  @ParameterizedTest
  @CsvSource(
      useHeadersInDisplayName = true,
      textBlock =
          """
          VERB,   TABLE,            WHERE, ENVIRONMENT, HOUR, WORKBOOK, VERDICT, RULE
          SELECT, public.orders,    true,  production,  10,   ALLOW,    ALLOW,   SQL-001
          DELETE, public.orders,    false, staging,     10,   ALLOW,    ALLOW,   SQL-001
          DELETE, public.orders,    false, production,  10,   ALLOW,    APPROVE, risk steps up to approval
          UPDATE, public.orders,    false, production,  10,   MASK,     APPROVE, risk steps up to approval
          DELETE, public.orders,    false, production,  10,   APPROVE,  APPROVE, SQL-001
          DELETE, public.customers, false, production,  10,   APPROVE,  BLOCK,   risk steps up to block
          DELETE, public.orders,    false, production,  23,   APPROVE,  BLOCK,   risk steps up to block
          DELETE, public.customers, false, production,  10,   BLOCK,    BLOCK,   SQL-001
          """)
  void risks(
      SqlVerb verb,
      String table,
      boolean where,
      String environment,
      int hour,
      Verdict workbook,
      Verdict verdict,
      String rule) {
    World world = new World(packs);
    world.ran(KNOWN, 1);
    world.now = Instant.parse("2026-11-23T00:30:00Z").plus(Duration.ofHours(hour));
    world.labels = Map.of("environment", environment);
    world.workbook = workbook;

    Decision decision = world.ask(World.statement(verb, table, where));

    assertThat(decision.verdict()).isEqualTo(verdict);
    assertThat(decision.why().deciding().rule()).isEqualTo(rule);
  }

  @Test
  void aScoreTellsWhatItIsMadeOf() {
    World world = new World(packs);
    world.labels = Map.of("environment", "production");
    world.ran(KNOWN, 1);

    Decision decision = world.ask(World.statement(SqlVerb.DELETE, "public.orders", false));

    assertThat(decision.why().deciding().reason())
        .startsWith("the risk of this command is high (80 points: ")
        .contains("changes every row 40", "changes rows 20", "production 20");
    assertThat(decision.why().deciding().sheet()).isEqualTo("risk.drl");
    assertThat(decision.why().deciding().row()).isPositive();
  }
}

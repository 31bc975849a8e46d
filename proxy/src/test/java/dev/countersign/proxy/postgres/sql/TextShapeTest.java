package dev.countersign.proxy.postgres.sql;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.proxy.postgres.catalog.Catalog;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.assertj.core.api.recursive.comparison.RecursiveComparisonConfiguration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Facts by shape are the facts of the text itself. */
final class TextShapeTest {

  private static final Catalog CATALOG = Catalog.unknown(List.of("public"));

  /** What literals may hold that something else than a string would read differently. */
  private static final List<String> STRINGS =
      List.of(
          "''",
          "'it''s'",
          "'--'",
          "'/*'",
          "'*/'",
          "'$$'",
          "'\\'",
          "'\\'''",
          "';'",
          "'\"'",
          "'é✓'",
          "'; DROP TABLE t; --'",
          "'$1'",
          "'E'''",
          "'a\nb'",
          "' BY '",
          "'now()'",
          "'1'");

  /** Expressions with tokens at which lexers part, or whose literals might be more than values. */
  private static final List<String> ODD =
      List.of(
          "E'a\\'b'",
          "U&'d!0061t' UESCAPE '!'",
          "$t$ it's $u$ $t$",
          "B'101'",
          "X'1F'",
          "N'n'",
          "'a'\n 'b'",
          "'a' -- 'c\n 'b'",
          "'a' /* 'c' */",
          "/* a /* ' */ b */ 'd'",
          "1.e5",
          "1e-5",
          ".5",
          "1.5",
          "1_000",
          "0x1F",
          "0b11",
          "5 -1",
          "5 - -1",
          "5 @- 1",
          "5 *-1",
          "5-- 7\n+1",
          "$1",
          "$1::int + 1",
          "date '2024-01-01'",
          "interval '1' day",
          "interval(3) '1'",
          "numeric(10, 2) '1.5'",
          "'t'::regclass",
          "CAST('t' AS regclass)",
          "nextval('s')",
          "set_config('a.b', 'c', true)",
          "dblink('host=x', 'SELECT 1')",
          "query_to_xml('SELECT 1', true, false, '')",
          "pg_read_file('x')",
          "'x' COLLATE \"C\"",
          "'x' LIKE 'y' ESCAPE 'z'",
          "ARRAY[1, 2][1]",
          "(a)[1:2]",
          "row(1, 'x')",
          "(SELECT 1 FROM u LIMIT 1)",
          "EXISTS (SELECT 'x' FROM v WHERE b = 'y')",
          "a BETWEEN 1 AND 2",
          "a IN (1, 'x')",
          "count(*) FILTER (WHERE c = 'x')",
          "sum(a) OVER (ORDER BY 1 ROWS 2 PRECEDING)",
          "json_value('{}', '$.a')",
          "extract('year' FROM a)",
          "overlay('a' placing 'b' from 1 for 2)");

  private static final List<String> TAILS =
      List.of(
          "",
          " FROM t",
          " FROM t ORDER BY 1",
          " FROM t ORDER BY a, 2 DESC LIMIT 3",
          " FROM t GROUP BY 1, GROUPING SETS ((2), ())",
          " FROM t WHERE a = 'x' AND b > 1 OFFSET 2",
          " FROM t FETCH FIRST 2 ROWS ONLY",
          " FROM t TABLESAMPLE system (10) REPEATABLE (7)",
          " FROM f('x', 1) AS g(a, b)",
          " FROM t JOIN u ON t.a = 1 FOR UPDATE OF t",
          ";",
          " ; -- 'x'");

  private static SqlClassifier classifier;

  @BeforeAll
  static void open() {
    classifier = new SqlClassifier();
  }

  @AfterAll
  static void close() {
    classifier.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "SELECT a FROM t WHERE b = 'x' | SELECT a FROM t WHERE b = 'it''s -- not'",
        "SELECT a FROM t WHERE b = 1 ORDER BY 2 LIMIT 3 | SELECT a FROM t WHERE b = 7 ORDER BY 2"
            + " LIMIT 9",
        "INSERT INTO t VALUES (1, 'a', 2.50) | INSERT INTO t VALUES (2, 'b', 0.1)"
      })
  void textsThatDifferInValuesHaveOneShape(String one, String other) {
    assertThat(TextShape.of(one)).isPresent().isEqualTo(TextShape.of(other));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "SELECT a, b FROM t ORDER BY 1 | SELECT a, b FROM t ORDER BY 2",
        "SELECT a, b FROM t ORDER BY a, 1 | SELECT a, b FROM t ORDER BY a, 2",
        "SELECT a, b FROM t GROUP BY (1) | SELECT a, b FROM t GROUP BY (2)",
        "SELECT a, b FROM t GROUP/**/BY ALL 1 | SELECT a, b FROM t GROUP/**/BY ALL 2",
        "SELECT 'a' FROM t | SELECT 1 FROM t",
        "SELECT 1 FROM t | SELECT 1.0 FROM t",
        "SELECT $1 FROM t | SELECT $2 FROM t",
        "SELECT 'a' /* b */ FROM t | SELECT 'a' /* c */ FROM t",
        "SELECT 1 FROM t | SELECT 9999999999 FROM t",
        "SELECT 1, $a$ssn$a$ | SELECT 1, $a$a$a$"
      })
  void textsThatDifferInMoreDoNot(String one, String other) {
    Optional<String> shape = TextShape.of(one);

    assertThat(shape.isPresent() && shape.equals(TextShape.of(other))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SET search_path = 'x'",
        "DO 'BEGIN END'",
        "EXECUTE s('x')",
        "EXPLAIN SELECT 'x'",
        "PREPARE s AS SELECT 'x'",
        "SELECT E'x'",
        "SELECT U&'x'",
        "SELECT 'x' FROM U&\"t\"",
        "SELECT 'x",
        "SELECT 'x' /* ",
        "SELECT '\1'",
        "SELECT a FROM t"
      })
  void otherTextsHaveNone(String sql) {
    assertThat(TextShape.of(sql)).isEmpty();
  }

  @Test
  void factsByShapeAreTheFactsOfTheText() throws Exception {
    Random random = new Random(8);
    int alike = 0;
    for (String sql : texts()) {
      Optional<String> shape = TextShape.of(sql);
      for (int i = 0; i < 12 && shape.isPresent(); i++) {
        String variant = withOtherValues(sql, random);
        if (!TextShape.of(variant).equals(shape)) {
          continue;
        }
        List<ClassifiedStatement> known = classified(variant, true);
        List<ClassifiedStatement> fresh = classified(variant, false);
        if (fresh != null) {
          alike++;
          assertThat(known)
              .as(variant)
              .usingRecursiveComparison(
                  RecursiveComparisonConfiguration.builder().withStrictTypeChecking(true).build())
              .isEqualTo(fresh);
        }
      }
    }
    assertThat(alike).isGreaterThan(1_000);
  }

  @Test
  void pgS02_factsByShapeAreThoseOfTheTextWhereLiteralsAreOdd() throws Exception {
    Random random = new Random(10);
    int alike = 0;
    for (int i = 0; i < 800; i++) {
      StringBuilder text = new StringBuilder("SELECT ");
      for (int j = random.nextInt(3); j >= 0; j--) {
        text.append(ODD.get(random.nextInt(ODD.size()))).append(j > 0 ? ", " : "");
      }
      String sql = text.append(TAILS.get(random.nextInt(TAILS.size()))).toString();
      Optional<String> shape = TextShape.of(sql);
      classified(sql, true);
      for (int n = 0; n < 3 && shape.isPresent(); n++) {
        String variant = withOtherValues(sql, random);
        List<ClassifiedStatement> fresh = classified(variant, false);
        if (TextShape.of(variant).equals(shape) && fresh != null) {
          alike++;
          assertThat(classified(variant, true))
              .as(variant)
              .usingRecursiveComparison(
                  RecursiveComparisonConfiguration.builder().withStrictTypeChecking(true).build())
              .isEqualTo(fresh);
        }
      }
    }
    assertThat(alike).isGreaterThan(300);
  }

  @Test
  void randomTextsHaveAShapeOrNone() {
    Random random = new Random(9);
    String alphabet = "SELECT a1'\"$E\\-/*;:.,()\n BYby=x0";
    for (int i = 0; i < 100_000; i++) {
      StringBuilder text = new StringBuilder("SELECT ");
      for (int j = random.nextInt(24); j > 0; j--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      assertThat(TextShape.of(text.toString())).isNotNull();
    }
  }

  /**
   * Null for a text that the grammar does not take with these values: 1 may stand where 0 may not.
   */
  private static List<ClassifiedStatement> classified(String sql, boolean cached) {
    try {
      return cached ? classifier.classify(sql, CATALOG) : classifier.read(sql, CATALOG);
    } catch (SqlRefused refused) {
      return null;
    }
  }

  private static String withOtherValues(String sql, Random random) {
    StringBuilder other = new StringBuilder();
    Lexer lexer = new Lexer(sql);
    int copied = 0;
    for (Lexer.Token token = lexer.next();
        token != Lexer.Token.END && token != Lexer.Token.INVALID;
        token = lexer.next()) {
      String value =
          switch (token) {
            case STRING -> STRINGS.get(random.nextInt(STRINGS.size()));
            case INTEGER ->
                Integer.toString(random.nextInt(random.nextBoolean() ? 4 : 999_999_999));
            default -> null;
          };
      if (value != null && random.nextInt(4) > 0) {
        other.append(sql, copied, lexer.start()).append(value);
        copied = lexer.end();
      }
    }
    return other.append(sql.substring(copied)).toString();
  }

  private static List<String> texts() throws Exception {
    List<String> texts = new ArrayList<>();
    try (InputStream in = TextShapeTest.class.getResourceAsStream("facts.txt")) {
      for (String line : new String(in.readAllBytes(), UTF_8).lines().toList()) {
        if (line.startsWith("> ")) {
          texts.add(
              line.substring(2).replace("\\r", "\r").replace("\\n", "\n").replace("\\\\", "\\"));
        }
      }
    }
    try (InputStream in = TextShapeTest.class.getResourceAsStream("../bypasses.sql")) {
      new String(in.readAllBytes(), UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("--"))
          .forEach(texts::add);
    }
    return texts;
  }
}

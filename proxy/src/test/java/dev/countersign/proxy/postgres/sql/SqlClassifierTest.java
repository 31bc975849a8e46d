package dev.countersign.proxy.postgres.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.proxy.postgres.catalog.Catalog;
import dev.countersign.rules.fact.SqlAccess;
import dev.countersign.rules.fact.SqlVerb;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SqlClassifierTest {

  private static final Catalog CATALOG = Catalog.unknown(List.of("public"));

  private static SqlClassifier classifier;

  @BeforeAll
  static void open() {
    classifier = new SqlClassifier();
  }

  @AfterAll
  static void close() {
    classifier.close();
  }

  private static List<ClassifiedStatement> classify(String sql) throws SqlRefused {
    return classifier.classify(sql, CATALOG);
  }

  private static Kind kind(String sql) throws SqlRefused {
    return classify(sql).getFirst().kind();
  }

  private static List<String> accesses(String sql) throws SqlRefused {
    return classify(sql).getFirst().facts().accesses().stream().map(SqlAccess::toString).toList();
  }

  @Test
  void anEmptyTextHasNoStatements() throws Exception {
    assertThat(classify("")).isEmpty();
    assertThat(classify(" ; -- nothing\n;")).isEmpty();
  }

  /** The tree comes as JSON, with escapes of its own and fields of its own names. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "a\"b",
        "a\\b",
        "a\\u003cb",
        "a\\",
        "\\",
        "a<b>",
        "a\tb",
        "a\nb",
        "a\u007fb",
        "\u0001",
        "caf\u00e9\ud83d\ude00",
        "location",
        "stmt_location",
        "relname",
        "String",
        "null",
        "true",
        "{",
        "]"
      })
  void pgS05_aNameIsReadWhateverIsInIt(String name) throws Exception {
    String quoted = '"' + name.replace("\"", "\"\"") + '"';

    assertThat(
            classify("SELECT q." + quoted + " FROM " + quoted + " q WHERE q." + quoted + " = 'x'")
                .getFirst()
                .facts()
                .accesses())
        .containsExactly(new SqlAccess(SqlVerb.SELECT, "public." + name, Set.of(name), true));
    assertThat(kind("EXECUTE " + quoted)).isEqualTo(new Kind.Execute(name));
    assertThat(kind("SET a.b = '" + name + "'"))
        .isEqualTo(new Kind.SetParameter("a.b", List.of(name)));
  }

  @Test
  void pgP37_everyStatementOfATextIsSeenWithItsOwnText() throws Exception {
    assertThat(classify("SELECT 'ä€😀'; DROP TABLE orders ;\n DELETE FROM t"))
        .extracting(ClassifiedStatement::text)
        .containsExactly("SELECT 'ä€😀'", "DROP TABLE orders", "DELETE FROM t");
  }

  @Test
  void pgS01_aCarriageReturnEndsAComment() throws Exception {
    assertThat(accesses("SELECT 1 -- x\rUNION ALL SELECT secret FROM t"))
        .containsExactly("SELECT public.t");
  }

  @Test
  void pgS02_whatCannotBeParsedIsRefusedWithItsPlace() {
    assertThatThrownBy(() -> classify("SELECT 1 FORM t WHERE"))
        .isInstanceOfSatisfying(
            SqlRefused.class,
            refused -> {
              assertThat(refused.rule()).isEqualTo(SqlRefused.Rule.SYNTAX);
              assertThat(refused.position()).isEqualTo(15);
            });
  }

  @Test
  void pgS05_namesAreFoldedAsPostgresDoes() throws Exception {
    assertThat(accesses("SELECT * FROM CUSTOMERS, public . \"customers\", U&\"\\0063ustomers\""))
        .containsExactly("SELECT public.customers");
    assertThat(accesses("SELECT * FROM \"Customers\"")).containsExactly("SELECT public.Customers");
  }

  @Test
  void pgS24_functionsWithSideEffectsAreCalls() throws Exception {
    var facts = classify("SELECT pg_read_file('/etc/passwd')").getFirst().facts();

    assertThat(facts.opaque()).isTrue();
    assertThat(facts.accesses())
        .contains(
            new SqlAccess(SqlVerb.CALL, "pg_catalog.pg_read_file", java.util.Set.of(), false));
  }

  @Test
  void pgS25_theVerbsOfCtesAndOfExplainedStatementsCount() throws Exception {
    assertThat(accesses("WITH d AS (DELETE FROM orders RETURNING *) SELECT * FROM d"))
        .contains("DELETE public.orders");
    assertThat(accesses("EXPLAIN (ANALYZE true) DELETE FROM orders"))
        .containsExactly("DELETE public.orders");
    assertThat(accesses("COPY (DELETE FROM orders RETURNING id) TO STDOUT"))
        .contains("DELETE public.orders");
  }

  @Test
  void aCteHidesATableOnlyWhereItIsSeen() throws Exception {
    assertThat(accesses("WITH users AS (SELECT * FROM users) SELECT * FROM users"))
        .containsExactly("SELECT public.users");
    assertThat(accesses("WITH t AS (SELECT 1) SELECT * FROM t")).containsExactly("SELECT");
    assertThat(accesses("WITH orders AS (SELECT 1) DELETE FROM orders"))
        .containsExactly("DELETE public.orders");
  }

  @Test
  void aFilterMustDependOnTheRows() throws Exception {
    assertThat(classify("DELETE FROM t WHERE 1 = 1").getFirst().facts().accesses())
        .noneMatch(SqlAccess::filtered);
    assertThat(classify("DELETE FROM t WHERE id = 1").getFirst().facts().accesses())
        .allMatch(SqlAccess::filtered);
  }

  @Test
  void theSessionLearnsOfPreparedStatementsAndCursors() throws Exception {
    assertThat(kind("PREPARE p AS DELETE FROM orders"))
        .isInstanceOfSatisfying(
            Kind.Prepare.class,
            prepare -> {
              assertThat(prepare.name()).isEqualTo("p");
              assertThat(prepare.inner().facts().accesses())
                  .extracting(SqlAccess::toString)
                  .containsExactly("DELETE public.orders");
            });
    assertThat(kind("EXECUTE p(1)")).isEqualTo(new Kind.Execute("p"));
    assertThat(kind("DEALLOCATE p")).isEqualTo(new Kind.Deallocate(Optional.of("p")));
    assertThat(kind("DEALLOCATE ALL")).isEqualTo(new Kind.Deallocate(Optional.empty()));
    assertThat(kind("DECLARE c CURSOR FOR SELECT 1")).isInstanceOf(Kind.DeclareCursor.class);
    assertThat(kind("FETCH 3 FROM c")).isEqualTo(new Kind.Fetch("c"));
    assertThat(kind("MOVE c")).isEqualTo(new Kind.Fetch("c"));
    assertThat(kind("CLOSE c")).isEqualTo(new Kind.CloseCursor(Optional.of("c")));
    assertThat(kind("CLOSE ALL")).isEqualTo(new Kind.CloseCursor(Optional.empty()));
    assertThat(kind("DISCARD ALL")).isEqualTo(new Kind.Discard(true));
    assertThat(kind("DISCARD PLANS")).isEqualTo(new Kind.Discard(false));
    assertThat(kind("ROLLBACK")).isEqualTo(new Kind.Transaction(Kind.Transaction.Step.END, ""));
    assertThat(kind("ROLLBACK TO SAVEPOINT s"))
        .isEqualTo(new Kind.Transaction(Kind.Transaction.Step.ROLLBACK_TO, "s"));
    assertThat(kind("PREPARE TRANSACTION 'x'"))
        .isEqualTo(new Kind.Transaction(Kind.Transaction.Step.TWO_PHASE, ""));
  }

  @Test
  void pgS30_everySpellingOfAParameterIsTheParameter() throws Exception {
    assertThat(kind("SET LOCAL Search_Path TO a, 'B'"))
        .isEqualTo(new Kind.SetParameter("search_path", List.of("a", "B")));
    assertThat(kind("SET NAMES 'GBK'"))
        .isEqualTo(new Kind.SetParameter("client_encoding", List.of("GBK")));
    assertThat(kind("SET ROLE boss")).isEqualTo(new Kind.SetParameter("role", List.of("boss")));
    assertThat(kind("SET SESSION AUTHORIZATION DEFAULT"))
        .isEqualTo(new Kind.SetParameter("session_authorization", List.of()));
    assertThat(kind("SET extra_float_digits = 0"))
        .isEqualTo(new Kind.SetParameter("extra_float_digits", List.of("0")));
    assertThat(kind("RESET role")).isEqualTo(new Kind.SetParameter("role", List.of()));
    assertThat(kind("RESET ALL")).isEqualTo(new Kind.SetParameter("all", List.of()));
    assertThat(kind("SET TRANSACTION READ WRITE"))
        .isEqualTo(new Kind.SetParameter("transaction", List.of("transaction_read_only=0")));
  }

  @Test
  void pgP19_aNulIsRefused() {
    assertRefused(() -> classify("SELECT 1\0; DROP TABLE t"), SqlRefused.Rule.SYNTAX);
    assertRefused(() -> classify("SELECT '\ud800'"), SqlRefused.Rule.SYNTAX);
  }

  @Test
  void pgS41_aLongTextIsRefused() {
    assertRefused(
        () -> classify("SELECT '" + "x".repeat(SqlClassifier.MAX_LENGTH) + "'"),
        SqlRefused.Rule.TOO_LONG);
  }

  @ParameterizedTest
  @ValueSource(strings = {"platform", "small", "virtual"})
  void pgS41_aDeepStatementIsRefusedOnAnyThread(String kind) throws Exception {
    String nots = "SELECT " + "NOT ".repeat(3_000) + "true";
    String sums = "SELECT 1" + "+1".repeat(20_000);
    String selects = "SELECT (".repeat(1_500) + "SELECT 1" + ")".repeat(1_500);

    for (String deep : List.of(nots, sums, selects)) {
      Future<SqlRefused> refused = on(kind, () -> refusal(deep));
      assertThat(refused.get().rule()).isIn(SqlRefused.Rule.TOO_DEEP, SqlRefused.Rule.SYNTAX);
      assertThat(on(kind, () -> classify("SELECT 1").size()).get()).isEqualTo(1);
    }
  }

  private static <T> Future<T> on(String kind, Callable<T> task) {
    ExecutorService executor =
        switch (kind) {
          case "virtual" -> Executors.newVirtualThreadPerTaskExecutor();
          case "small" ->
              Executors.newSingleThreadExecutor(
                  task2 -> new Thread(null, task2, "small", 512 * 1024));
          default -> Executors.newSingleThreadExecutor();
        };
    try (executor) {
      return executor.submit(task);
    }
  }

  private static SqlRefused refusal(String sql) {
    try {
      classify(sql);
    } catch (SqlRefused refused) {
      return refused;
    }
    throw new AssertionError("not refused");
  }

  private static void assertRefused(ThrowingCallable call, SqlRefused.Rule rule) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            SqlRefused.class, refused -> assertThat(refused.rule()).isEqualTo(rule));
  }

  @Test
  void manyThreadsShareTheParsers() throws Exception {
    List<Future<Integer>> results = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      for (int i = 0; i < 400; i++) {
        String sql = "SELECT a" + i + " FROM t" + i + "; DELETE FROM u" + i;
        results.add(threads.submit(() -> classify(sql).size()));
      }
    }
    for (Future<Integer> result : results) {
      assertThat(result.get()).isEqualTo(2);
    }
  }

  @Test
  void aTextThatCameTwiceIsNotParsedAgain() throws Exception {
    String sql = "SELECT abalance FROM pgbench_accounts WHERE aid = 12345";
    List<ClassifiedStatement> first = classify(sql);
    List<ClassifiedStatement> second = classify(sql);

    assertThat(second).isNotSameAs(first);
    assertThat(classify(sql)).isSameAs(second);
    assertThat(classifier.classify(sql, Catalog.unknown(List.of("other"))))
        .isNotSameAs(classify(sql));
  }

  @Test
  void aLongCheapTextIsReadInTime() throws Exception {
    String rows = "INSERT INTO t VALUES (1, 'x')" + ", (1, 'x')".repeat(20_000);
    long start = System.nanoTime();

    assertThat(classify(rows)).hasSize(1);

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
  }
}

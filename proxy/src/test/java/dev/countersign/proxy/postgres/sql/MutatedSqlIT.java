package dev.countersign.proxy.postgres.sql;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.proxy.fuzz.Fuzzer;
import dev.countersign.proxy.postgres.catalog.Catalog;
import dev.countersign.rules.fact.SqlAccess;
import dev.countersign.rules.fact.SqlVerb;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Mutated statements never break the classifier; it counts the statements of a text as the server
 * does, for one Parse message holds one statement; and what a text does hangs on nothing but the
 * text.
 */
final class MutatedSqlIT {

  private static final List<String> RAW_PARSER =
      List.of("gram.y", "scan.l", "parser.c", "scansup.c");

  /**
   * The grammar that the gateway reads with takes {@code $1x} for {@code $1 x}, and parameters
   * where PostgreSQL takes none; here they never run.
   */
  private static final List<String> PARAMETERS =
      List.of("trailing junk after parameter", "syntax error at or near \"$");

  /** Of escapes that are no character of the database's encoding. */
  private static final String ENCODINGS = "mbutils.c";

  private static final String SEVERAL = "cannot insert multiple commands into a prepared statement";

  private static final List<String> WORDS =
      List.of(
          "'",
          "\"",
          "$$",
          "$a$",
          "/*",
          "*/",
          "--",
          ";",
          "(",
          ")",
          "\\r",
          "\\n",
          "\\\\",
          " ",
          "E'",
          "U&\"",
          "::",
          "[",
          "]",
          ".",
          ",",
          "*",
          "$1",
          " FROM a",
          " JOIN b USING (x)",
          " WHERE f(x)",
          "SELECT ",
          "(SELECT x FROM c)",
          "WITH w AS (DELETE FROM d RETURNING x) ",
          " AS x",
          "f(",
          " UNION ALL ",
          " ORDER BY x",
          " RETURNING *",
          " INTO t",
          "EXPLAIN ",
          "PREPARE p AS ");

  /** A parser's memory is made when the first of them fails, and it is large. */
  private static final long MEMORY = 256L << 20;

  /** The parser, which tells comments as tokens, knows of no literal that goes on behind one. */
  private static final Pattern COMMENTED_LITERAL = Pattern.compile("'(\\s*--[^\n\r]*[\n\r])+\\s*'");

  private static final ParserPool PARSERS = new ParserPool();
  private static final TextNotation NOTATION = new TextNotation();
  private static final Catalog CATALOG = Catalog.unknown(List.of("public"));

  /** Verbs that stand for code and for what the text does not say. */
  private static final Set<SqlVerb> OPAQUE =
      Set.of(SqlVerb.OTHER, SqlVerb.DO, SqlVerb.CALL, SqlVerb.EXECUTE, SqlVerb.FETCH);

  private static final String RELATION = "relation.";
  private static final String FUNCTION = "function.";
  private static final String COLUMN = "column.";
  private static final String CTE = "cte.";

  /** What is locked has the names that the query gives, and constraints are no relations. */
  private static final Set<String> NAMES_OF_OTHERS = Set.of("lockedRels", "ConstraintsSetStmt");

  private static SqlClassifier classifier;
  private static List<String> statements;
  private static List<String> understood;

  @BeforeAll
  static void open() throws Exception {
    classifier = new SqlClassifier();
    try (InputStream in = MutatedSqlIT.class.getResourceAsStream("facts.txt")) {
      statements =
          new String(in.readAllBytes(), UTF_8)
              .lines()
              .filter(line -> line.startsWith("> "))
              .map(line -> line.substring(2))
              .toList();
    }
    understood = statements.stream().map(NOTATION::readText).filter(sql -> count(sql) > 0).toList();
  }

  @AfterAll
  static void close() {
    classifier.close();
  }

  private static Fuzzer fuzzer() throws IOException {
    return Fuzzer.ofTexts(MutatedSqlIT.class, "mutants.txt", NOTATION, WORDS, MEMORY)
        .with(statements);
  }

  @Test
  void pgS02_weSeeAsManyStatementsAsTheServer() throws Exception {
    try (EmbeddedPostgres server =
            EmbeddedPostgres.builder().setPGStartupWait(Duration.ofMinutes(1)).start();
        RawServer connection = new RawServer(server.getPort())) {
      long asked = fuzzer().run(input -> compare(connection, new String(input, UTF_8)));

      assertThat(asked).isGreaterThan(statements.size());
    }
  }

  private static String compare(RawServer connection, String sql) throws IOException {
    int ours = count(sql);
    if (sql.indexOf(0) >= 0) {
      assertThat(ours).isEqualTo(-1);
      return "NUL";
    }
    Answer theirs = ask(connection, sql);
    if (ours == -1 && COMMENTED_LITERAL.matcher(sql).find()) {
      return "REFUSED";
    }
    assertThat(theirs.agreesWith(ours)).as("%s: %d, %s", sql, ours, theirs).isTrue();
    return theirs + " " + ours;
  }

  private static int count(String sql) {
    try {
      return classifier.classify(sql, CATALOG).size();
    } catch (SqlRefused refused) {
      return -1;
    }
  }

  private enum Answer {
    SYNTAX,
    REJECTED,
    SEVERAL,
    AT_MOST_ONE;

    /** What the server takes for one statement is one for us; what it rejects may be refused. */
    boolean agreesWith(int ours) {
      return switch (this) {
        case SYNTAX -> ours == -1;
        case REJECTED -> true;
        case SEVERAL -> ours > 1;
        case AT_MOST_ONE -> ours == 0 || ours == 1;
      };
    }
  }

  /** Sends the text in one Parse message, which runs nothing. */
  private static Answer ask(RawServer server, String sql) throws IOException {
    RawServer.Rejection error = server.parse(sql);
    if (error == null) {
      return Answer.AT_MOST_ONE;
    }
    if (PARAMETERS.stream().anyMatch(error.message()::contains) || error.file().equals(ENCODINGS)) {
      return Answer.REJECTED;
    }
    if (error.message().contains(SEVERAL)) {
      return Answer.SEVERAL;
    }
    return RAW_PARSER.contains(error.file()) ? Answer.SYNTAX : Answer.AT_MOST_ONE;
  }

  @Test
  void pgS36_whatATextDoesIsKnownOrOpaqueAndAlwaysTheSame() throws Exception {
    long read = fuzzer().run(input -> understand(new String(input, UTF_8)));

    assertThat(read).isGreaterThan(statements.size());
  }

  private static String understand(String sql) throws Exception {
    List<ClassifiedStatement> first;
    try {
      first = classifier.classify(sql, CATALOG);
    } catch (SqlRefused refused) {
      return refused.rule().id();
    }
    List<String> facts = facts(first);
    same(sql, facts(classifier.read(sql, CATALOG)), facts);
    assertThat(classifier.sameness(sql)).isNotNull();
    besideAnother(sql, facts);
    Node trees = PARSERS.parse(sql).path("stmts");
    Set<String> told = new TreeSet<>();
    for (int i = 0; i < first.size(); i++) {
      isAllSeen(first.get(i), trees.path(i).path("stmt"));
      told.add(first.get(i).kind().getClass().getSimpleName() + first.get(i).facts().opaque());
      first.get(i).facts().accesses().forEach(access -> told.add(access.verb().name()));
    }
    return told.toString();
  }

  private static List<String> facts(List<ClassifiedStatement> statements) {
    return statements.stream().flatMap(one -> ShownFacts.lines(one).stream()).toList();
  }

  private static void same(String sql, List<String> actual, List<String> expected) {
    if (!actual.equals(expected)) {
      assertThat(actual).as(sql).isEqualTo(expected);
    }
  }

  /** In one text with another statement it does what it does by itself. */
  private static void besideAnother(String sql, List<String> facts) {
    String other = understood.get(Math.floorMod(sql.hashCode(), understood.size()));
    String text = sql + "\n;" + other;
    try {
      List<String> both = new ArrayList<>(facts);
      both.addAll(facts(classifier.read(other, CATALOG)));
      same(text, facts(classifier.read(text, CATALOG)), both);
    } catch (SqlRefused refused) {
      assertThat(refused.rule()).as(text).isNotEqualTo(SqlRefused.Rule.SYNTAX);
    }
  }

  /** No relation, function or column of the tree is overlooked. */
  private static void isAllSeen(ClassifiedStatement statement, Node tree) {
    boolean isOpaque = statement.facts().opaque();
    for (SqlAccess access : statement.facts().accesses()) {
      assertThat(isOpaque || !OPAQUE.contains(access.verb())).as(statement.text()).isTrue();
    }
    Set<String> known = known(statement);
    Set<String> named = new TreeSet<>();
    gather(tree, named);
    named.removeAll(known);
    // COPY filters what the client sends, and EXECUTE has values of the client's.
    if (statement.kind() instanceof Kind.Copy || statement.runsByName()) {
      named.removeIf(name -> name.startsWith(COLUMN));
    }
    Set<String> ctes = new TreeSet<>(named);
    named.removeIf(name -> name.startsWith(CTE) || ctes.contains(CTE + bare(name)));
    if (!named.isEmpty()) {
      throw new AssertionError(named + " in " + statement.text() + ": " + known);
    }
  }

  /** All names that are in what is known of a statement: of relations, functions and values. */
  private static Set<String> known(ClassifiedStatement statement) {
    Set<String> known = new TreeSet<>();
    for (SqlAccess access : statement.facts().accesses()) {
      // A dot may be in the name of a table, or of its schema.
      known.add(RELATION + bare(access.object()));
      known.add(RELATION + access.object().substring(access.object().lastIndexOf('.') + 1));
    }
    statement.facts().functions().forEach(function -> known.add(FUNCTION + bare(function)));
    Lineage lineage = read(statement).lineage();
    Sources sources = lineage.outputs.union();
    lineage.flows.edges().forEach(edge -> sources.addAll(edge.sources()));
    lineage.flows.writes().forEach(write -> sources.addAll(write.sources()));
    lineage.flows.conditions().forEach(sources::addAll);
    sources.names().forEach(name -> known.add(COLUMN + name));
    return known;
  }

  /** What PREPARE and the like give is nothing, but what they are about reads. */
  private static ClassifiedStatement read(ClassifiedStatement statement) {
    return switch (statement.kind()) {
      case Kind.Naming naming -> read(naming.inner());
      case Kind.Explain(ClassifiedStatement inner) -> read(inner);
      case Kind.Nameless _, Kind.Referring _ -> statement;
    };
  }

  private static String bare(String qualified) {
    return qualified.substring(qualified.indexOf('.') + 1);
  }

  /** All names in a tree that are of relations, functions or columns. */
  private static void gather(Node node, Set<String> named) {
    switch (node) {
      case Node.Items items -> items.forEach(item -> gather(item, named));
      case Node.Fields fields -> {
        for (int i = 0; i < fields.size(); i++) {
          Node value = fields.value(i);
          switch (fields.name(i)) {
            case "relname" -> named.add(RELATION + value.asText(""));
            case "FuncCall" -> named.add(FUNCTION + Tree.strings(value.path("funcname")).getLast());
            case "ColumnRef" ->
                Tree.strings(value.path("fields")).stream()
                    .reduce((first, last) -> last)
                    .ifPresent(column -> named.add(COLUMN + column));
            default -> {}
          }
          if (!NAMES_OF_OTHERS.contains(fields.name(i))) {
            gather(value, named);
          }
        }
        // What is called like a CTE may be one.
        if (fields.has("ctename")) {
          named.add(CTE + Tree.text(fields, "ctename"));
        }
      }
      case Node.Text _, Node.Literal _, Node.Missing _ -> {}
    }
  }
}

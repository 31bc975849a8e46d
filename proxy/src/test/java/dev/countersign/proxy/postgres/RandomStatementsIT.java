package dev.countersign.proxy.postgres;

import static dev.countersign.proxy.postgres.RawClient.cString;
import static dev.countersign.proxy.postgres.RawClient.frame;
import static dev.countersign.proxy.postgres.RawClient.int16;
import static dev.countersign.proxy.postgres.RawClient.parse;
import static dev.countersign.proxy.postgres.RawClient.sync;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.countersign.proxy.postgres.RawClient.Message;
import dev.countersign.proxy.postgres.random.Construct;
import dev.countersign.proxy.postgres.random.Shrinking;
import dev.countersign.proxy.postgres.random.Statements;
import dev.countersign.proxy.postgres.random.Statements.Generated;
import dev.countersign.proxy.postgres.random.Vocabulary;
import dev.countersign.rules.fact.Glob;
import dev.countersign.rules.verdict.MaskPlan;
import dev.countersign.rules.verdict.MaskRule;
import dev.countersign.rules.verdict.Masker;
import dev.countersign.rules.verdict.MatchedRow;
import dev.countersign.rules.verdict.Verdict;
import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * No statement whatsoever shows anything of a masked value, and what is not refused is answered as
 * the server answers it: tried with statements made by chance, each in a transaction that is rolled
 * back. How many, and from which seed on, can be set: {@code -Dcountersign.statements=100000
 * -Dcountersign.statements.seed=7}.
 */
final class RandomStatementsIT {

  private static final int STATEMENTS = Integer.getInteger("countersign.statements", 2_000);
  private static final long SEED = Long.getLong("countersign.statements.seed", 20_261_127);

  /** Few: errors keep their values until a session has read what is masked. */
  private static final int STATEMENTS_OF_A_SESSION = 10;

  /** Of all statements so many answer with rows, neither refused nor in error. */
  private static final double GOOD_SHARE = 0.4;

  private static final MatchedRow ROW =
      new MatchedRow("MASK-001", "Masking", 2, Verdict.MASK, "", "personal data", "", List.of());

  private static final String SEALED = "sealed";

  /** What hides columns whose names begin so. */
  private static final Map<String, Masker> MASKED =
      Map.of(
          "redacted",
          Masker.REDACT,
          "null",
          Masker.NULL,
          "hashed",
          Masker.HASH,
          "partial",
          Masker.PARTIAL,
          "formatted",
          Masker.FORMAT,
          SEALED,
          Masker.NULL);

  /** Queries of all values of these columns. */
  private static final String COLUMNS =
      """
      SELECT format('SELECT %%I::text FROM %%I', a.attname, c.relname)
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0
        AND a.attname ~ '^(%s)_'
      """
          .formatted(String.join("|", MASKED.keySet()));

  /** Of results; the first stands for the simple protocol. */
  private static final List<Integer> FORMATS = List.of(-1, 0, 1);

  /** The SQLSTATE of what has taken too long. */
  private static final String CANCELLED = "57014";

  private static final String TIMEOUT = "SET statement_timeout = '3s'";

  private static final Traces TRACES = new Traces();

  private static OpenDoor door;
  private static Vocabulary vocabulary;

  @BeforeAll
  static void open() throws Exception {
    door = OpenDoor.open();
    int version = Integer.parseInt(door.shop.ask("SHOW server_version_num"));
    assumeThat(version).as("the server, which has to know all of this SQL").isGreaterThan(180_000);
    door.shop.run("DROP TABLE customers, orders, payments");
    try (InputStream in = RandomStatementsIT.class.getResourceAsStream("random/schema.sql")) {
      door.shop.run(new String(in.readAllBytes(), UTF_8));
    }
    try (Connection connection = door.shop.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("SET bytea_output = 'escape'");
      for (String query : texts(statement, COLUMNS)) {
        texts(statement, query).forEach(TRACES::add);
      }
      // Those are no functions of users' that statements would run.
      statement.execute("DROP SCHEMA canary CASCADE");
      vocabulary = Vocabulary.read(connection);
    }
    door.policy.activate(
        new OpenHandedPolicy(
            new MaskPlan(MASKED.entrySet().stream().map(RandomStatementsIT::mask).toList())));
  }

  private static List<String> texts(Statement statement, String query) throws SQLException {
    List<String> texts = new ArrayList<>();
    try (ResultSet rows = statement.executeQuery(query)) {
      while (rows.next()) {
        Optional.ofNullable(rows.getString(1)).ifPresent(texts::add);
      }
    }
    return texts;
  }

  private static MaskRule mask(Map.Entry<String, Masker> mask) {
    return new MaskRule(
        new Glob("public.*"),
        new Glob(mask.getKey() + "_*"),
        mask.getValue(),
        mask.getKey().equals(SEALED),
        List.of(),
        ROW);
  }

  @AfterAll
  static void close() throws Exception {
    door.close();
  }

  /** What came of all statements so far. */
  private static final class Tally {
    private int statements;
    private int good;
    private final Set<Construct> succeeded = EnumSet.noneOf(Construct.class);
    private final Map<String, Integer> errors = new TreeMap<>();

    void count(Generated statement, List<Message> answers) {
      statements++;
      Optional<Message> error = answers.stream().filter(answer -> answer.type() == 'E').findFirst();
      if (error.isPresent()) {
        errors.merge(kind(error.get()), 1, Integer::sum);
      } else {
        succeeded.addAll(statement.constructs());
        good += answers.stream().anyMatch(RandomStatementsIT::isRow) ? 1 : 0;
      }
    }

    double goodShare() {
      return (double) good / statements;
    }
  }

  @Test
  void pgs12_noStatementShowsAMaskedValue() throws Exception {
    Tally tally = new Tally();
    for (int begun = 0; begun < STATEMENTS; begun += STATEMENTS_OF_A_SESSION) {
      session(SEED + begun, tally);
    }

    assertThat(tally.goodShare()).as("%s", tally.errors).isGreaterThan(GOOD_SHARE);
    assertThat(tally.succeeded).isEqualTo(EnumSet.allOf(Construct.class));
  }

  private static void session(long seed, Tally tally) throws Exception {
    Statements statements = new Statements(seed, vocabulary);
    List<String> sent = new ArrayList<>();
    try (RawClient through = logIn();
        RawClient direct = RawClient.direct(door.shop.port())) {
      prepare(direct, "SET SESSION AUTHORIZATION " + Shop.ROLE);
      prepare(direct, TIMEOUT);
      for (int i = 0; i < STATEMENTS_OF_A_SESSION; i++) {
        Generated statement = statements.next();
        int format = FORMATS.get((int) ((seed + i) % FORMATS.size()));
        sent.add(format + " " + String.join("; ", statement.texts()));
        List<Message> answers = answers(through, statement.texts(), format, seed, sent);
        Optional<String> trace = TRACES.in(received(answers));
        if (trace.isPresent()) {
          List<String> least =
              Shrinking.shrink(statement.texts(), texts -> isShownBy(texts, format));
          throw new AssertionError(
              trace.get() + " in what " + least + " answers; " + told(seed, sent));
        }
        tally.count(statement, answers);
        List<Message> expected = run(direct, statement.texts(), format);
        // A plan is what it is at the moment, and what is cancelled ends at some row.
        boolean isLikewise =
            !statement.constructs().contains(Construct.EXPLAIN)
                && answers.stream().noneMatch(RandomStatementsIT::isRefused)
                && Stream.concat(answers.stream(), expected.stream())
                    .noneMatch(RandomStatementsIT::isCancelled);
        if (isLikewise) {
          assertThat(told(answers)).as(() -> told(seed, sent)).isEqualTo(told(expected));
        }
      }
    }
  }

  private static RawClient logIn() throws Exception {
    RawClient client = RawClient.loggedIn(door);
    prepare(client, TIMEOUT);
    return client;
  }

  private static void prepare(RawClient client, String sql) throws IOException {
    client.send('Q', cString(sql));
    client.untilReady();
  }

  private static List<Message> answers(
      RawClient client, List<String> texts, int format, long seed, List<String> sent) {
    try {
      return run(client, texts, format);
    } catch (IOException ended) {
      throw new AssertionError("the door hangs up; " + told(seed, sent), ended);
    }
  }

  /** Runs them in a transaction that is rolled back. */
  private static List<Message> run(RawClient client, List<String> texts, int format)
      throws IOException {
    List<byte[]> messages = new ArrayList<>();
    messages.add(frame('Q', cString("BEGIN")));
    for (String text : texts) {
      if (format < 0) {
        messages.add(frame('Q', cString(text)));
      } else {
        messages.add(parse("", text));
        messages.add(
            frame('B', cString(""), cString(""), int16(0), int16(0), int16(1), int16(format)));
        messages.add(frame('D', new byte[] {'P'}, cString("")));
        messages.add(RawClient.execute());
        messages.add(sync());
      }
    }
    messages.add(frame('Q', cString("ROLLBACK")));
    messages.add(frame('Q', cString("DEALLOCATE ALL")));
    client.raw(messages.toArray(byte[][]::new));
    List<Message> answers = new ArrayList<>();
    for (int i = 0; i < texts.size() + 3; i++) {
      answers.addAll(client.untilReady());
    }
    return answers;
  }

  private static boolean isShownBy(List<String> texts, int format) throws Exception {
    try (RawClient client = logIn()) {
      return TRACES.in(received(run(client, texts, format))).isPresent();
    }
  }

  private static String received(List<Message> answers) {
    return answers.stream().map(Message::body).collect(joining("\n"));
  }

  private static String told(long seed, List<String> sent) {
    return "seed " + seed + ", statements\n" + String.join("\n", sent);
  }

  /** What kinds of messages there are, how many rows, and which errors. */
  private static List<String> told(List<Message> answers) {
    List<String> told = new ArrayList<>();
    for (Message answer : answers) {
      switch (answer.type()) {
        case 'D', 'd' -> {}
        // When these come is up to the server.
        case 'N', 'S' -> {}
        case 'E' -> told.add("E" + answer.field('C'));
        default -> told.add(String.valueOf(answer.type()));
      }
    }
    told.add(answers.stream().filter(RandomStatementsIT::isRow).count() + " rows");
    return told;
  }

  private static boolean isRow(Message message) {
    return message.type() == 'D' || message.type() == 'd';
  }

  private static boolean isRefused(Message message) {
    return message.type() == 'E' && message.field('M').startsWith("blocked by policy ");
  }

  private static boolean isCancelled(Message message) {
    return message.type() == 'E' && message.field('C').equals(CANCELLED);
  }

  /** The rule of a refusal, or the SQLSTATE of another error. */
  private static String kind(Message error) {
    return isRefused(error) ? error.field('M').split("[ (]", 5)[3] : error.field('C');
  }
}

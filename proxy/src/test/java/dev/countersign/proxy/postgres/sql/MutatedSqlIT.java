package dev.countersign.proxy.postgres.sql;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.proxy.postgres.catalog.Catalog;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Mutated statements never break the classifier, and it counts the statements of a text as the
 * server does: one Parse message holds one statement. How many, and from which seed on, can be set:
 * {@code -Dcountersign.mutants=1000000 -Dcountersign.mutants.seed=7}.
 */
final class MutatedSqlIT {

  private static final long SEED = Long.getLong("countersign.mutants.seed", 20_261_123);
  private static final int MUTANTS = Integer.getInteger("countersign.mutants", 40_000);
  private static final List<String> RAW_PARSER =
      List.of("gram.y", "scan.l", "parser.c", "scansup.c");

  /**
   * The grammar that the gateway reads with takes {@code $1x} for {@code $1 x}; here it never runs.
   */
  private static final String JUNK = "trailing junk after parameter";

  private static final String SEVERAL = "cannot insert multiple commands into a prepared statement";

  @Test
  void pgS02_weSeeAsManyStatementsAsTheServer() throws Exception {
    List<String> seeds = seeds();
    Random random = new Random(SEED);
    Catalog catalog = Catalog.unknown(List.of("public"));
    int asked = 0;
    try (SqlClassifier classifier = new SqlClassifier();
        EmbeddedPostgres server = EmbeddedPostgres.start();
        RawServer connection = new RawServer(server.getPort())) {
      for (int i = 0; i < MUTANTS; i++) {
        String sql = mutate(seeds, random);
        int ours = count(classifier, sql, catalog);
        if (i % 2 == 0) {
          asked++;
          Answer theirs = ask(connection, sql);
          assertThat(theirs.agreesWith(ours)).as("%s: %d, %s", sql, ours, theirs).isTrue();
        }
      }
    }
    assertThat(asked).isGreaterThan(500);
  }

  private static int count(SqlClassifier classifier, String sql, Catalog catalog) {
    try {
      return classifier.classify(sql, catalog).size();
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
    if (error.message().contains(JUNK)) {
      return Answer.REJECTED;
    }
    if (error.message().contains(SEVERAL)) {
      return Answer.SEVERAL;
    }
    return RAW_PARSER.contains(error.file()) ? Answer.SYNTAX : Answer.AT_MOST_ONE;
  }

  private static String mutate(List<String> seeds, Random random) {
    StringBuilder sql = new StringBuilder(pick(seeds, random));
    int changes = 1 + random.nextInt(3);
    for (int i = 0; i < changes && !sql.isEmpty(); i++) {
      int at = random.nextInt(sql.length());
      switch (random.nextInt(6)) {
        case 0 -> sql.deleteCharAt(at);
        case 1 ->
            sql.insert(
                at,
                pick(
                    List.of("'", "\"", "$$", "/*", "*/", "--", ";", "(", ")", "\r", "\\", " "),
                    random));
        case 2 -> sql.setLength(at);
        case 3 -> sql.append(pick(List.of(";", " ", "\n-- "), random)).append(pick(seeds, random));
        case 4 -> sql.insert(at, pick(seeds, random));
        default -> sql.setCharAt(at, (char) (32 + random.nextInt(95)));
      }
    }
    return sql.toString();
  }

  private static String pick(List<String> from, Random random) {
    return from.get(random.nextInt(from.size()));
  }

  private static List<String> seeds() throws Exception {
    try (InputStream in = MutatedSqlIT.class.getResourceAsStream("facts.txt")) {
      return new String(in.readAllBytes(), UTF_8)
          .lines()
          .filter(line -> line.startsWith("> "))
          .map(line -> line.substring(2))
          .toList();
    }
  }
}

package dev.countersign.proxy.postgres.sql;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.proxy.postgres.catalog.Catalog;
import dev.countersign.rules.fact.SqlVerb;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What psql asks behind its backslash commands reads the catalogs and nothing else. */
final class PsqlDescribeIT {

  private static final Pattern QUERY =
      Pattern.compile("/?\\*{5,} QUERY \\*{5,}/?\\n(.*?)\\n/?\\*{20,}/?", Pattern.DOTALL);

  private static EmbeddedPostgres server;

  @BeforeAll
  static void start() throws Exception {
    server = EmbeddedPostgres.builder().setPGStartupWait(Duration.ofMinutes(1)).start();
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          """
          CREATE TABLE customers (id serial PRIMARY KEY, email text UNIQUE CHECK (email <> ''));
          CREATE TABLE orders (id int, customer_id int REFERENCES customers) PARTITION BY RANGE (id);
          CREATE VIEW v AS SELECT id FROM customers;
          """);
    }
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\\d",
        "\\d+",
        "\\d customers",
        "\\d+ customers",
        "\\d orders",
        "\\d+ v",
        "\\dt+",
        "\\di+",
        "\\dv",
        "\\ds",
        "\\dn+",
        "\\df",
        "\\dT",
        "\\du",
        "\\l",
        "\\dp",
        "\\dx",
        "\\dd",
        "\\sv v"
      })
  void readsPgCatalogOnly(String command) throws Exception {
    Process psql =
        new ProcessBuilder(
                "psql",
                "-X",
                "-E",
                "-h",
                "127.0.0.1",
                "-p",
                "" + server.getPort(),
                "-U",
                "postgres",
                "-c",
                command)
            .redirectErrorStream(true)
            .start();
    String output = new String(psql.getInputStream().readAllBytes(), UTF_8);
    psql.waitFor();
    List<String> queries = QUERY.matcher(output).results().map(found -> found.group(1)).toList();
    assertThat(queries).as(output).isNotEmpty();

    try (SqlClassifier classifier = new SqlClassifier()) {
      for (String query : queries) {
        for (ClassifiedStatement statement :
            classifier.classify(query, Catalog.unknown(List.of("public")))) {
          assertThat(statement.facts().opaque()).as(query).isFalse();
          assertThat(statement.facts().accesses())
              .as(query)
              .allMatch(access -> access.verb() == SqlVerb.SELECT)
              .allMatch(access -> access.object().matches("(pg_catalog[.].*)?"));
        }
      }
    }
  }
}

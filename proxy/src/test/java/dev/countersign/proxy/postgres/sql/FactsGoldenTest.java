package dev.countersign.proxy.postgres.sql;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.proxy.postgres.catalog.Catalog;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Statements and their facts, in a file that people review. A text stands after {@code > }, and
 * below it what is known of each of its statements, as {@link ShownFacts} has it; {@code \n},
 * {@code \r} and {@code \\} are escapes.
 */
final class FactsGoldenTest {

  private static final String FILE = "facts.txt";

  /** Where a reviewer finds what the facts are now. */
  private static final Path ACTUAL = Path.of("target", "facts.txt");

  private static final TextNotation NOTATION = new TextNotation();

  private static SqlClassifier classifier;

  @BeforeAll
  static void open() {
    classifier = new SqlClassifier();
  }

  @AfterAll
  static void close() {
    classifier.close();
  }

  @Test
  void everyStatementHasTheFactsThatWereReviewed() throws Exception {
    String golden;
    try (InputStream in = FactsGoldenTest.class.getResourceAsStream(FILE)) {
      golden = new String(in.readAllBytes(), UTF_8);
    }
    List<String> actual = new ArrayList<>();

    for (String line : golden.lines().toList()) {
      if (line.startsWith("> ")) {
        actual.add(line);
        actual.addAll(facts(NOTATION.readText(line.substring(2))));
      } else if (line.isBlank() || line.startsWith("#")) {
        actual.add(line);
      }
    }

    Files.createDirectories(ACTUAL.getParent());
    Files.writeString(ACTUAL, String.join("\n", actual) + "\n");
    assertThat(actual).filteredOn(line -> line.startsWith("> ")).hasSizeGreaterThanOrEqualTo(300);
    assertThat(String.join("\n", actual)).isEqualTo(golden.stripTrailing());
  }

  private static List<String> facts(String sql) {
    try {
      return classifier.classify(sql, Catalog.unknown(List.of("public"))).stream()
          .flatMap(statement -> ShownFacts.lines(statement).stream())
          .toList();
    } catch (SqlRefused refused) {
      return List.of("    refused " + refused.rule().id());
    }
  }
}

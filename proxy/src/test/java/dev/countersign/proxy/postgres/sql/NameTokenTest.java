package dev.countersign.proxy.postgres.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.proxy.postgres.catalog.Catalog;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A name is replaced where the grammar reads it, and nothing else is. */
final class NameTokenTest {

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
      quoteCharacter = '~',
      delimiter = '|',
      value = {
        "EXECUTE a                            | EXECUTE cs_7",
        "EXECUTE a(1, 'a', \"a\".a)           | EXECUTE cs_7(1, 'a', \"a\".a)",
        "EXECUTE/* a /* a */ */a/**/(a)       | EXECUTE/* a /* a */ */cs_7/**/(a)",
        "execute -- a¶ \"a\"                  | execute -- a¶ cs_7",
        "EXECUTE U&\"!0061\" UESCAPE '!' ('a')| EXECUTE cs_7 ('a')",
        "EXECUTE uescape                      | EXECUTE cs_7",
        "EXECUTE execute                      | EXECUTE cs_7",
        "DEALLOCATE a                         | DEALLOCATE cs_7",
        "DEALLOCATE PREPARE a -- a            | DEALLOCATE PREPARE cs_7 -- a",
        "DEALLOCATE prepare                   | DEALLOCATE cs_7",
        "DEALLOCATE U&\"\\0061\"              | DEALLOCATE cs_7",
        "FETCH a                              | FETCH cs_7",
        "FETCH -3 FROM a                      | FETCH -3 FROM cs_7",
        "FETCH 2 a                            | FETCH 2 cs_7",
        "FETCH BACKWARD ALL IN \"a\"\"b\"     | FETCH BACKWARD ALL IN cs_7",
        "MOVE RELATIVE -0x10 FROM a           | MOVE RELATIVE -0x10 FROM cs_7",
        "FETCH ABSOLUTE 5 IN forward          | FETCH ABSOLUTE 5 IN cs_7",
        "CLOSE a                              | CLOSE cs_7",
        "CLOSE U&\"d!0061t\" UESCAPE '!'      | CLOSE cs_7",
      })
  void replacesTheNameAndNothingElse(String sql, String replaced) throws Exception {
    ClassifiedStatement renamed = classify(lines(sql)).referringTo("cs_7");
    ClassifiedStatement read = classify(lines(replaced));

    assertThat(renamed.text()).isEqualTo(read.text());
    assertThat(renamed.kind()).isEqualTo(read.kind());
    assertThat(renamed.facts()).isEqualTo(read.facts());
    assertThat(renamed.refersTo()).isEqualTo(Optional.of("cs_7"));
  }

  @ParameterizedTest
  @CsvSource({"DEALLOCATE ALL", "CLOSE ALL", "SELECT 1", "PREPARE a AS SELECT 1"})
  void leavesAloneWhatIsAboutNoName(String sql) throws Exception {
    ClassifiedStatement statement = classify(sql);

    assertThat(statement.referringTo("cs_7")).isSameAs(statement);
  }

  private static String lines(String text) {
    return text.replace('¶', '\n');
  }

  private static ClassifiedStatement classify(String sql) throws SqlRefused {
    return classifier.classify(sql, Catalog.unknown(List.of("public"))).getFirst();
  }
}

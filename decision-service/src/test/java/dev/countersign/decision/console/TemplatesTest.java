package dev.countersign.decision.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What no template does. */
class TemplatesTest {

  private static final Pattern POST = Pattern.compile("<form[^>]*method=\"post\"[^>]*>\\s*(.*)");

  static Stream<Path> templates() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("src/main/jte"))) {
      return files.sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("templates")
  void gw21_nothingIsUnescapedAndNothingInline(Path template) throws IOException {
    assertThat(Files.readString(template))
        .doesNotContain("$unsafe", " style=", " onclick=", "<style", "javascript:", "hx-on")
        .doesNotContainPattern("<script(?![^>]*src=)");
  }

  @ParameterizedTest
  @MethodSource("templates")
  void everyFormThatChangesAnythingCarriesItsToken(Path template) throws IOException {
    POST.matcher(Files.readString(template))
        .results()
        .forEach(form -> assertThat(form.group(1)).contains("name=\"token\""));
  }
}

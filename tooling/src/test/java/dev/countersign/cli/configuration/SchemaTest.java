package dev.countersign.cli.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SchemaTest {

  /** What {@link SchemaCheck} obeys, and what only explains. */
  private static final Set<String> KNOWN =
      Set.of(
          "type",
          "format",
          "properties",
          "required",
          "additionalProperties",
          "minProperties",
          "maxProperties",
          "items",
          "minItems",
          "enum",
          "pattern",
          "minLength",
          "minimum",
          "maximum",
          "default",
          "$ref",
          "description",
          "examples");

  @Test
  void holdsNoKeywordThatTheCheckWouldIgnore() {
    Set<String> foreign = new TreeSet<>();
    JsonNode root = Schema.ofConfiguration().root();
    root.path("properties").forEach(section -> collect(section, foreign));
    root.path("$defs").forEach(section -> collect(section, foreign));

    assertThat(foreign).isEmpty();
  }

  @Test
  void everyKeyIsExplained() {
    assertThat(Reference.markdown().lines().filter(line -> line.endsWith("|  |"))).isEmpty();
  }

  @Test
  void theReferenceInTheDocsIsThatOfTheSchema() throws Exception {
    assertThat(Files.readString(Path.of("../docs/configuration.md")))
        .as("run: ./countersign config reference > docs/configuration.md")
        .isEqualTo(Reference.markdown());
  }

  private static void collect(JsonNode schema, Set<String> foreign) {
    schema.fieldNames().forEachRemaining(name -> addUnless(KNOWN.contains(name), name, foreign));
    schema.path("properties").forEach(property -> collect(property, foreign));
    collectIfObject(schema.path("items"), foreign);
    collectIfObject(schema.path("additionalProperties"), foreign);
  }

  private static void collectIfObject(JsonNode schema, Set<String> foreign) {
    if (schema.isObject()) {
      collect(schema, foreign);
    }
  }

  private static void addUnless(boolean known, String name, Set<String> foreign) {
    if (!known) {
      foreign.add(name);
    }
  }
}

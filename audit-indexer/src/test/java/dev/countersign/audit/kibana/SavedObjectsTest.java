package dev.countersign.audit.kibana;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.countersign.audit.index.ElasticsearchConfig;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What can be said about the file without a Kibana. That one imports it is not tested. */
final class SavedObjectsTest {

  private static final JsonMapper JSON = new JsonMapper();
  private static final String NDJSON = SavedObjects.ndjson(ElasticsearchConfig.DEFAULT_INDEX);

  private static List<JsonNode> objects() throws Exception {
    List<JsonNode> objects = new ArrayList<>();
    for (String line : NDJSON.split("\n", -1)) {
      if (!line.isEmpty()) {
        objects.add(JSON.readTree(line));
      }
    }
    return objects;
  }

  @Test
  void theFileInTheRepositoryIsTheOneThatIsGenerated() throws Exception {
    assertThat(Files.readString(Path.of("..", "deploy", "kibana", "countersign.ndjson")))
        .as("./countersign audit kibana > deploy/kibana/countersign.ndjson")
        .isEqualTo(NDJSON);
  }

  @Test
  void everyReferenceIsInTheFile() throws Exception {
    Set<String> ids = new TreeSet<>();
    for (JsonNode object : objects()) {
      assertThat(ids.add(object.path("type").asText() + ":" + object.path("id").asText())).isTrue();
      for (String field : List.of("attributes", "references", "coreMigrationVersion")) {
        assertThat(object.has(field)).as(field).isTrue();
      }
    }
    for (JsonNode object : objects()) {
      for (JsonNode reference : object.path("references")) {
        assertThat(ids)
            .contains(reference.path("type").asText() + ":" + reference.path("id").asText());
      }
    }
    assertThat(ids.stream().filter(id -> id.startsWith("dashboard:"))).hasSize(3);
  }

  @Test
  void theJsonInTheJsonCanBeReadAndItsReferencesAreDeclared() throws Exception {
    for (JsonNode object : objects()) {
      Set<String> declared = new TreeSet<>();
      object.path("references").forEach(each -> declared.add(each.path("name").asText()));
      JsonNode attributes = object.path("attributes");
      String source = attributes.at("/kibanaSavedObjectMeta/searchSourceJSON").asText();
      if (!source.isEmpty()) {
        JsonNode read = JSON.readTree(source);
        assertThat(read.at("/query/language").asText()).isEqualTo("kuery");
        if (read.has("indexRefName")) {
          assertThat(declared).contains(read.path("indexRefName").asText());
        }
      }
      if (attributes.has("panelsJSON")) {
        JSON.readTree(attributes.path("optionsJSON").asText());
        for (JsonNode panel : JSON.readTree(attributes.path("panelsJSON").asText())) {
          for (JsonNode each : panel.at("/embeddableConfig/attributes/references")) {
            assertThat(declared)
                .contains(panel.path("panelIndex").asText() + ":" + each.path("name").asText());
          }
        }
      }
    }
  }

  @Test
  void panelsLieInTheGridAndNotOnEachOther() {
    for (Dashboard dashboard : Dashboard.all()) {
      boolean[][] taken = new boolean[Panel.Grid.COLUMNS][200];
      for (Panel panel : dashboard.panels()) {
        Panel.Grid grid = panel.grid();
        for (int x = grid.x(); x < grid.x() + grid.width(); x++) {
          for (int y = grid.y(); y < grid.y() + grid.height(); y++) {
            assertThat(taken[x][y]).as("%s: %s", dashboard.title(), panel.title()).isFalse();
            taken[x][y] = true;
          }
        }
      }
    }
  }

  @Test
  void everyFieldIsInTheMapping() throws Exception {
    JsonNode properties;
    try (InputStream in = ElasticsearchConfig.class.getResourceAsStream("index-template.json")) {
      properties = JSON.readTree(in).at("/template/mappings/properties");
    }
    Set<String> fields = new TreeSet<>();
    SavedSearch.all().forEach(search -> fields.addAll(search.columns()));
    SavedSearch.all().forEach(search -> fields.addAll(fieldsOf(search.query())));
    for (Dashboard dashboard : Dashboard.all()) {
      for (Panel panel : dashboard.panels()) {
        panel.by().ifPresent(fields::add);
        fields.addAll(fieldsOf(panel.query()));
        if (!panel.metric().field().isEmpty()) {
          fields.add(panel.metric().field());
        }
      }
    }
    assertThat(fields).hasSizeGreaterThan(15);
    for (String field : fields) {
      assertThat(properties.at("/" + field.replace(".", "/properties/")).has("type"))
          .as(field)
          .isTrue();
    }
  }

  private static List<String> fieldsOf(String query) {
    List<String> fields = new ArrayList<>();
    Matcher field = Pattern.compile("([a-z_@.]+) (?::|>=|<=|>|<)").matcher(query);
    while (field.find()) {
      fields.add(field.group(1));
    }
    return fields;
  }
}

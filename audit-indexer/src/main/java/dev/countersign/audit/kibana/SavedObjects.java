package dev.countersign.audit.kibana;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Everything for Kibana as lines of JSON for its import of saved objects. The versions are those of
 * Kibana 8.8: newer Kibanas migrate what is older and refuse what is newer.
 */
public final class SavedObjects {

  static final String DATA_VIEW = "countersign-data-view";

  private static final JsonMapper JSON = new JsonMapper();
  private static final String CORE = "8.8.0";

  private SavedObjects() {}

  /**
   * The file to import.
   *
   * @param pattern which indices, e.g. {@code countersign-audit*}
   */
  public static String ndjson(String pattern) {
    StringBuilder out = new StringBuilder();
    line(dataView(pattern), out);
    SavedSearch.all().forEach(search -> line(search(search), out));
    Dashboard.all().forEach(dashboard -> line(dashboard(dashboard), out));
    return out.toString();
  }

  private static void line(ObjectNode object, StringBuilder out) {
    out.append(text(object)).append('\n');
  }

  static String text(JsonNode node) {
    try {
      return JSON.writeValueAsString(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("every tree can be written", e);
    }
  }

  private static ObjectNode object(String type, String id, String version) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    object
        .put("type", type)
        .put("id", id)
        .put("coreMigrationVersion", CORE)
        .put("typeMigrationVersion", version);
    object.putObject("attributes");
    object.putArray("references");
    return object;
  }

  private static ObjectNode dataView(String pattern) {
    ObjectNode object = object("index-pattern", DATA_VIEW, "8.0.0");
    object
        .withObjectProperty("attributes")
        .put("title", pattern)
        .put("name", "Countersign")
        .put("timeFieldName", "@timestamp");
    return object;
  }

  private static ObjectNode search(SavedSearch search) {
    ObjectNode object = object("search", search.id(), "8.0.0");
    ObjectNode attributes = object.withObjectProperty("attributes");
    attributes.put("title", search.title()).put("description", "");
    search.columns().forEach(attributes.putArray("columns")::add);
    attributes.putArray("sort").addArray().add("@timestamp").add("desc");
    ObjectNode source = source(search.query());
    String reference = "kibanaSavedObjectMeta.searchSourceJSON.index";
    source.put("indexRefName", reference);
    attributes.putObject("kibanaSavedObjectMeta").put("searchSourceJSON", text(source));
    reference(object.withArrayProperty("references"), reference);
    return object;
  }

  private static ObjectNode source(String query) {
    ObjectNode source = JsonNodeFactory.instance.objectNode();
    source.putObject("query").put("query", query).put("language", "kuery");
    source.putArray("filter");
    return source;
  }

  private static ObjectNode dashboard(Dashboard dashboard) {
    ObjectNode object = object("dashboard", dashboard.id(), "8.9.0");
    ObjectNode attributes = object.withObjectProperty("attributes");
    attributes
        .put("title", dashboard.title())
        .put("description", dashboard.description())
        .put("version", 1)
        .put("timeRestore", true)
        .put("timeFrom", "now-7d")
        .put("timeTo", "now");
    ObjectNode options = JsonNodeFactory.instance.objectNode();
    options.put("useMargins", true).put("hidePanelTitles", false);
    attributes.put("optionsJSON", text(options));
    attributes.putObject("kibanaSavedObjectMeta").put("searchSourceJSON", text(source("")));
    ArrayNode panels = JsonNodeFactory.instance.arrayNode();
    ArrayNode references = object.withArrayProperty("references");
    for (Panel panel : dashboard.panels()) {
      String index = "p" + (panels.size() + 1);
      panels.add(panel(panel, index));
      reference(references, index + ":" + LensState.REFERENCE);
    }
    attributes.put("panelsJSON", text(panels));
    return object;
  }

  private static ObjectNode panel(Panel panel, String index) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("type", "lens").put("panelIndex", index).put("title", panel.title());
    Panel.Grid grid = panel.grid();
    node.putObject("gridData")
        .put("x", grid.x())
        .put("y", grid.y())
        .put("w", grid.width())
        .put("h", grid.height())
        .put("i", index);
    ObjectNode config = node.putObject("embeddableConfig");
    config.putObject("enhancements");
    config.set("attributes", LensState.of(panel));
    return node;
  }

  static void reference(ArrayNode references, String name) {
    references.addObject().put("type", "index-pattern").put("id", DATA_VIEW).put("name", name);
  }
}

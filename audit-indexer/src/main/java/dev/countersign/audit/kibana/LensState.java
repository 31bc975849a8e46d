package dev.countersign.audit.kibana;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** A panel in the words of Kibana's editor Lens. */
final class LensState {

  static final String LAYER = "layer";
  static final String REFERENCE = "indexpattern-datasource-layer-" + LAYER;

  private static final String METRIC = "metric";
  private static final String GROUP = "group";
  private static final String TIME = "time";
  private static final int MOST_GROUPS = 10;

  private LensState() {}

  static ObjectNode of(Panel panel) {
    ObjectNode lens = JsonNodeFactory.instance.objectNode();
    lens.put("title", panel.title()).put("type", "lens");
    SavedObjects.reference(lens.putArray("references"), REFERENCE);
    ObjectNode state = lens.putObject("state");
    state.putObject("query").put("query", panel.query()).put("language", "kuery");
    state.putArray("filters");
    columns(
        panel,
        state
            .putObject("datasourceStates")
            .putObject("formBased")
            .putObject("layers")
            .putObject(LAYER));
    ObjectNode visualization = state.putObject("visualization");
    switch (panel.chart()) {
      case NUMBER -> {
        lens.put("visualizationType", "lnsMetric");
        visualization.put("layerId", LAYER).put("layerType", "data").put("metricAccessor", METRIC);
      }
      case DONUT -> {
        lens.put("visualizationType", "lnsPie");
        donut(visualization);
      }
      case TABLE -> {
        lens.put("visualizationType", "lnsDatatable");
        visualization.put("layerId", LAYER).put("layerType", "data");
        visualization
            .putArray("columns")
            .add(JsonNodeFactory.instance.objectNode().put("columnId", GROUP))
            .add(JsonNodeFactory.instance.objectNode().put("columnId", METRIC));
      }
      case BARS -> {
        lens.put("visualizationType", "lnsXY");
        bars(visualization);
      }
    }
    return lens;
  }

  private static void columns(Panel panel, ObjectNode layer) {
    ObjectNode columns = layer.putObject("columns");
    var order = layer.putArray("columnOrder");
    layer.putObject("incompleteColumns");
    panel
        .by()
        .ifPresent(
            field -> {
              terms(columns.putObject(GROUP), field);
              order.add(GROUP);
            });
    if (panel.chart() == Panel.Chart.BARS) {
      ObjectNode time = columns.putObject(TIME);
      time.put("label", "@timestamp")
          .put("dataType", "date")
          .put("operationType", "date_histogram")
          .put("sourceField", "@timestamp")
          .put("isBucketed", true)
          .put("scale", "interval");
      time.putObject("params").put("interval", "auto").put("includeEmptyRows", true);
      order.add(TIME);
    }
    Panel.Metric metric = panel.metric();
    ObjectNode column = columns.putObject(METRIC);
    column
        .put("label", metric.label())
        .put("customLabel", true)
        .put("dataType", "number")
        .put("operationType", metric.operation())
        .put("sourceField", metric.field().isEmpty() ? "___records___" : metric.field())
        .put("isBucketed", false)
        .put("scale", "ratio");
    column.putObject("params").put("emptyAsNull", false);
    order.add(METRIC);
  }

  private static void terms(ObjectNode column, String field) {
    column
        .put("label", field)
        .put("dataType", "string")
        .put("operationType", "terms")
        .put("sourceField", field)
        .put("isBucketed", true)
        .put("scale", "ordinal");
    ObjectNode params = column.putObject("params");
    params.put("size", MOST_GROUPS).put("orderDirection", "desc").put("otherBucket", true);
    params.put("missingBucket", false);
    params.putObject("orderBy").put("type", "column").put("columnId", METRIC);
  }

  private static void donut(ObjectNode visualization) {
    visualization.put("shape", "donut");
    ObjectNode layer = visualization.putArray("layers").addObject();
    layer
        .put("layerId", LAYER)
        .put("layerType", "data")
        .put("numberDisplay", "percent")
        .put("categoryDisplay", "default")
        .put("legendDisplay", "default");
    layer.putArray("primaryGroups").add(GROUP);
    layer.putArray("metrics").add(METRIC);
  }

  private static void bars(ObjectNode visualization) {
    visualization.put("preferredSeriesType", "bar_stacked").put("valueLabels", "hide");
    visualization.putObject("legend").put("isVisible", true).put("position", "right");
    ObjectNode layer = visualization.putArray("layers").addObject();
    layer
        .put("layerId", LAYER)
        .put("layerType", "data")
        .put("seriesType", "bar_stacked")
        .put("xAccessor", TIME)
        .put("splitAccessor", GROUP);
    layer.putArray("accessors").add(METRIC);
  }
}

package dev.countersign.cli.configuration;

import com.fasterxml.jackson.databind.JsonNode;

/** Writes {@code docs/configuration.md} from the schema. */
public final class Reference {

  private Reference() {}

  public static String markdown() {
    Schema schema = Schema.ofConfiguration();
    StringBuilder out = new StringBuilder();
    out.append("# Configuration\n\n")
        .append(
            "<!-- Made by `countersign config reference`; edit the schema, not this file. -->\n\n")
        .append(schema.text("description").orElse(""))
        .append("\n\nCheck a file with `countersign config check countersign.yaml`. A complete ")
        .append("example is [deploy/countersign.yaml](../deploy/countersign.yaml).\n");
    for (String section : schema.keys()) {
      Schema inner = schema.property(section).orElseThrow();
      out.append("\n## ").append(section).append("\n\n");
      out.append(inner.text("description").orElse("")).append("\n\n");
      out.append("| key | type | default | meaning |\n|---|---|---|---|\n");
      rows(section, inner, schema.required().contains(section), out);
    }
    return out.toString();
  }

  private static void rows(String path, Schema schema, boolean required, StringBuilder out) {
    if (path.indexOf('.') >= 0) {
      row(path, schema, required, out);
    }
    Schema inner = schema.items().orElse(schema);
    String prefix = schema.items().isPresent() ? path + "[]" : path;
    for (String key : inner.keys()) {
      rows(
          prefix + "." + key,
          inner.property(key).orElseThrow(),
          inner.required().contains(key),
          out);
    }
  }

  private static void row(String path, Schema schema, boolean required, StringBuilder out) {
    JsonNode value = schema.defaultValue();
    String otherwise = required ? "**required**" : "";
    if (!value.isMissingNode() && !value.isObject()) {
      otherwise = "`" + (value.isTextual() ? value.asText() : value) + "`";
    }
    out.append(
        "| `%s` | %s | %s | %s |\n".formatted(path, type(schema), otherwise, meaning(schema)));
  }

  private static String type(Schema schema) {
    if (!schema.choices().isEmpty()) {
      return String.join(", ", schema.choices().stream().map(word -> "`" + word + "`").toList());
    }
    return switch (schema.text("format").orElse(schema.type())) {
      case "object" -> "section";
      case "array" -> "list";
      case "integer" -> "number";
      case "boolean" -> "`true`, `false`";
      case "string" -> "text";
      case "http-url" -> "web address";
      case "address" -> "host:port";
      case "duration" -> "duration (`500ms`, `10s`, `5m`)";
      case "size" -> "size (`512KiB`, `16MiB`)";
      case String other -> other;
    };
  }

  private static String meaning(Schema schema) {
    String examples =
        String.join(", ", schema.examples().stream().map(word -> "`" + word + "`").toList());
    String text = schema.text("description").orElse("");
    return (examples.isEmpty() ? text : text + " For example " + examples + ".")
        .replace("|", "\\|");
  }
}

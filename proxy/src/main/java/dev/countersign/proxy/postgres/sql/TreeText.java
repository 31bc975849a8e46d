package dev.countersign.proxy.postgres.sql;

/** A parse tree written down, without the places of its parts in the SQL it was read from. */
final class TreeText {

  private final StringBuilder out = new StringBuilder();
  private final boolean withValues;

  private TreeText(boolean withValues) {
    this.withValues = withValues;
  }

  static String of(Node node) {
    return new TreeText(true).write(node);
  }

  /** With numbers, strings and parameters left out. */
  static String withoutValues(Node node) {
    return new TreeText(false).write(node);
  }

  private String write(Node node) {
    append(node);
    return out.toString();
  }

  private void append(Node node) {
    switch (node) {
      case Node.Missing _ -> out.append("null");
      case Node.Literal literal -> out.append(literal.written());
      case Node.Text text -> quote(text.asText(""));
      case Node.Items items -> {
        String separator = "[";
        for (Node item : items) {
          out.append(separator);
          append(item);
          separator = ",";
        }
        out.append(items.isEmpty() ? "[]" : "]");
      }
      case Node.Fields fields -> fields(fields);
    }
  }

  private void fields(Node.Fields fields) {
    String separator = "";
    out.append('{');
    for (int i = 0; i < fields.size(); i++) {
      String name = fields.name(i);
      Node value = fields.value(i);
      if (isPlace(name, value)) {
        continue;
      }
      out.append(separator);
      separator = ",";
      if (!withValues && isValue(name, value)) {
        out.append("\"value\":\"?\"");
      } else {
        quote(name);
        out.append(':');
        append(value);
      }
    }
    out.append('}');
  }

  /** TRUE, FALSE and NULL are words of the language rather than values. */
  private static boolean isValue(String name, Node node) {
    return name.equals("ParamRef")
        || (name.equals("A_Const") && !node.has("boolval") && !node.has("isnull"));
  }

  /** Where in the text something stands; a directory that is called location is a text. */
  private static boolean isPlace(String name, Node value) {
    return value instanceof Node.Literal
        && (name.equals("location")
            || name.endsWith("_location")
            || name.equals("stmt_len")
            || name.endsWith("list_start")
            || name.endsWith("list_end"));
  }

  private void quote(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < ' ') {
        out.append(escaped(c));
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }

  private static String escaped(char c) {
    return switch (c) {
      case '\b' -> "\\b";
      case '\t' -> "\\t";
      case '\n' -> "\\n";
      case '\f' -> "\\f";
      case '\r' -> "\\r";
      default -> "\\u%04X".formatted((int) c);
    };
  }
}

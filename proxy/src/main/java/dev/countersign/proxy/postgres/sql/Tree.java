package dev.countersign.proxy.postgres.sql;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * Reading PostgreSQL's parse tree as libpg_query writes it: a node of C's type {@code Node *} is an
 * object with one field, named after its kind and starting with a capital; a field of a definite
 * type holds its fields directly; what is zero, false or NULL is left out.
 */
final class Tree {

  private Tree() {}

  /** Whether a field name is a node's kind and not a field. */
  static boolean isKind(String name) {
    return Character.isUpperCase(name.charAt(0));
  }

  /** The kind of a wrapped node; the empty string if it is none. */
  static String kind(JsonNode node) {
    if (!node.isObject() || node.isEmpty()) {
      return "";
    }
    String name = node.fieldNames().next();
    return isKind(name) ? name : "";
  }

  /** The fields of a wrapped node. */
  static JsonNode body(JsonNode node) {
    return node.path(kind(node));
  }

  static String text(JsonNode node, String field) {
    return node.path(field).asText("");
  }

  /** The texts of a list of String nodes; other nodes are skipped. */
  static List<String> strings(JsonNode list) {
    List<String> strings = new ArrayList<>(list.size());
    for (JsonNode item : list) {
      JsonNode string = item.path("String");
      if (!string.isMissingNode()) {
        strings.add(text(string, "sval"));
      }
    }
    return strings;
  }

  /** The names a RangeVar's or subquery's alias gives to columns. */
  static List<String> columnAliases(JsonNode range) {
    return strings(range.path("alias").path("colnames"));
  }

  /** The alias of a range, or what it is called without one. */
  static String alias(JsonNode range, String otherwise) {
    String alias = text(range.path("alias"), "aliasname");
    return alias.isEmpty() ? otherwise : alias;
  }
}

package dev.countersign.proxy.postgres.sql;

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
  static String kind(Node node) {
    return node instanceof Node.Fields fields && !fields.isEmpty() && isKind(fields.name(0))
        ? fields.name(0)
        : "";
  }

  /** The fields of a wrapped node. */
  static Node body(Node node) {
    return node.path(kind(node));
  }

  static String text(Node node, String field) {
    return node.path(field).asText("");
  }

  /** The texts of a list of String nodes; other nodes are skipped. */
  static List<String> strings(Node list) {
    List<String> strings = new ArrayList<>(list.size());
    for (Node item : list) {
      Node string = item.path("String");
      if (!string.isMissing()) {
        strings.add(text(string, "sval"));
      }
    }
    return strings;
  }

  /** The names a RangeVar's or subquery's alias gives to columns. */
  static List<String> columnAliases(Node range) {
    return strings(range.path("alias").path("colnames"));
  }

  /** The alias of a range, or what it is called without one. */
  static String alias(Node range, String otherwise) {
    String alias = text(range.path("alias"), "aliasname");
    return alias.isEmpty() ? otherwise : alias;
  }
}

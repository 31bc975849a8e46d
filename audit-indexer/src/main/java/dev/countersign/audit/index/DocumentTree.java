package dev.countersign.audit.index;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** A JSON document while it is filled in, object by object. */
final class DocumentTree {

  private final ObjectNode root = JsonNodeFactory.instance.objectNode();

  ObjectNode root() {
    return root;
  }

  /** The object at that path; made if it is not there. */
  ObjectNode at(String... path) {
    ObjectNode node = root;
    for (String name : path) {
      node = node.withObjectProperty(name);
    }
    return node;
  }

  /** A list of strings. Sets have an order of their own in each process, so they are sorted. */
  static void strings(ObjectNode node, String field, Collection<String> values) {
    List<String> ordered =
        values instanceof Set<String> ? values.stream().sorted().toList() : List.copyOf(values);
    ArrayNode array = node.putArray(field);
    ordered.forEach(array::add);
  }
}

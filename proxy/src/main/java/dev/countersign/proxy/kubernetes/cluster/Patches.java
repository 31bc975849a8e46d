package dev.countersign.proxy.kubernetes.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** Patches of the kinds that kubectl sends, on trees. */
final class Patches {

  private Patches() {}

  /** RFC 7386. */
  static JsonNode merge(JsonNode target, JsonNode patch) {
    return merge(target, patch, false);
  }

  /** Like a merge, but lists of named things are merged by name. */
  static JsonNode strategic(JsonNode target, JsonNode patch) {
    return merge(target, patch, true);
  }

  private static JsonNode merge(JsonNode target, JsonNode patch, boolean byName) {
    if (byName
        && target instanceof ArrayNode into
        && patch instanceof ArrayNode from
        && isNamed(from)) {
      return mergeNamed(into.deepCopy(), from);
    }
    if (!(patch instanceof ObjectNode changes)) {
      return patch;
    }
    ObjectNode merged =
        target instanceof ObjectNode object ? object.deepCopy() : changes.objectNode();
    for (Map.Entry<String, JsonNode> change : changes.properties()) {
      if (change.getKey().startsWith("$")) {
        continue;
      }
      if (change.getValue().isNull()) {
        merged.remove(change.getKey());
      } else {
        merged.set(change.getKey(), merge(merged.path(change.getKey()), change.getValue(), byName));
      }
    }
    return merged;
  }

  private static boolean isNamed(ArrayNode list) {
    return !list.isEmpty() && list.get(0).has("name");
  }

  private static ArrayNode mergeNamed(ArrayNode into, ArrayNode from) {
    for (JsonNode element : from) {
      int at = indexOf(into, element.path("name").asText());
      if (element.path("$patch").asText().equals("delete")) {
        if (at >= 0) {
          into.remove(at);
        }
      } else if (at >= 0) {
        into.set(at, merge(into.get(at), element, true));
      } else {
        into.add(element);
      }
    }
    return into;
  }

  private static int indexOf(ArrayNode list, String name) {
    for (int i = 0; i < list.size(); i++) {
      if (list.get(i).path("name").asText().equals(name)) {
        return i;
      }
    }
    return -1;
  }

  /**
   * RFC 6902: add, replace, remove and test.
   *
   * @throws IllegalArgumentException if a test fails or a path is not there
   */
  static JsonNode json(JsonNode target, JsonNode operations) {
    JsonNode result = target.deepCopy();
    for (JsonNode operation : operations) {
      String path = operation.path("path").asText();
      int slash = path.lastIndexOf('/');
      JsonNode parent = result.at(path.substring(0, Math.max(0, slash)));
      String last = path.substring(slash + 1).replace("~1", "/").replace("~0", "~");
      JsonNode value = operation.path("value");
      switch (operation.path("op").asText()) {
        case "test" -> {
          if (!result.at(path).equals(value)) {
            throw new IllegalArgumentException("the test of " + path + " fails");
          }
        }
        case "remove" -> {
          if (parent instanceof ObjectNode object) {
            object.remove(last);
          } else if (parent instanceof ArrayNode array) {
            array.remove(Integer.parseInt(last));
          }
        }
        case "add", "replace" -> {
          if (parent instanceof ObjectNode object) {
            object.set(last, value);
          } else if (parent instanceof ArrayNode array) {
            if (last.equals("-")) {
              array.add(value);
            } else if (operation.path("op").asText().equals("add")) {
              array.insert(Integer.parseInt(last), value);
            } else {
              array.set(Integer.parseInt(last), value);
            }
          } else {
            throw new IllegalArgumentException("there is no " + path);
          }
        }
        default -> throw new IllegalArgumentException("no such operation");
      }
    }
    return result;
  }
}

package dev.countersign.audit.index;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countersign.audit.query.Condition;
import dev.countersign.audit.query.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongPredicate;

/** Whether a document is what a query looks for, as Elasticsearch would say. */
final class DocumentMatch {

  /** Elasticsearch does not index longer keywords. */
  private static final int LONGEST_KEYWORD = 1_024;

  private DocumentMatch() {}

  static boolean matches(Condition query, JsonNode document) {
    return switch (query) {
      case Condition.AllOf all -> all.parts().stream().allMatch(part -> matches(part, document));
      case Condition.AnyOf any -> any.parts().stream().anyMatch(part -> matches(part, document));
      case Condition.Not not -> !matches(not.part(), document);
      case Condition.Is is ->
          values(is.field(), document).stream().anyMatch(value -> is(is, value));
      case Condition.Compared compared ->
          values(compared.field(), document).stream()
              .mapToLong(JsonNode::asLong)
              .anyMatch(comparison(compared));
      case Condition.Phrase phrase -> {
        String words = " " + String.join(" ", phrase.words()) + " ";
        yield values(phrase.field(), document).stream()
            .anyMatch(value -> (" " + value.asText() + " ").contains(words));
      }
    };
  }

  private static boolean is(Condition.Is is, JsonNode node) {
    String value = node.asText();
    if (value.length() > LONGEST_KEYWORD) {
      return false;
    }
    return is.isPattern()
        ? isLike(is.value().toLowerCase(Locale.ROOT), value.toLowerCase(Locale.ROOT))
        : is.value().equalsIgnoreCase(value);
  }

  /** Greedy and linear in the number of stars: no pattern can be expensive. */
  private static boolean isLike(String pattern, String value) {
    List<String> parts = List.of(pattern.split("\\*", -1));
    String first = parts.getFirst();
    String last = parts.getLast();
    if (!value.startsWith(first) || value.length() < first.length() + last.length()) {
      return false;
    }
    int at = first.length();
    for (String part : parts.subList(1, parts.size() - 1)) {
      int found = value.indexOf(part, at);
      if (found < 0) {
        return false;
      }
      at = found + part.length();
    }
    return value.endsWith(last) && at <= value.length() - last.length();
  }

  private static LongPredicate comparison(Condition.Compared compared) {
    long to = compared.value();
    return switch (compared.comparison()) {
      case EQUAL -> value -> value == to;
      case MORE -> value -> value > to;
      case AT_LEAST -> value -> value >= to;
      case LESS -> value -> value < to;
      case AT_MOST -> value -> value <= to;
    };
  }

  static List<JsonNode> values(Field field, JsonNode document) {
    List<JsonNode> values = new ArrayList<>();
    for (String path : field.paths()) {
      List<JsonNode> nodes = List.of(document);
      for (String name : path.split("\\.", -1)) {
        nodes = nodes.stream().flatMap(node -> flat(node.path(name)).stream()).toList();
      }
      nodes.stream().filter(JsonNode::isValueNode).forEach(values::add);
    }
    return values;
  }

  private static List<JsonNode> flat(JsonNode node) {
    if (node.isArray()) {
      List<JsonNode> elements = new ArrayList<>();
      node.forEach(elements::add);
      return elements;
    }
    return node.isMissingNode() || node.isNull() ? List.of() : List.of(node);
  }
}

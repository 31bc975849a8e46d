package dev.countersign.proxy.postgres.sql;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countersign.decision.approval.Fingerprints;
import dev.countersign.decision.approval.FrozenCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a text means to PostgreSQL's grammar: the tree without the places of its parts, so that
 * white space, comments, letter case and needless parentheses make no difference.
 *
 * @param tree with all literals
 * @param shape with numbers, strings and parameters left out
 */
public record Sameness(String tree, String shape) {

  /** They run what was named before, or take what comes after: their text is not all they do. */
  private static final Set<String> MORE_THAN_THEIR_TEXT =
      Set.of("ExecuteStmt", "FetchStmt", "CopyStmt", "DoStmt", "CallStmt");

  private static final String CONSTANT = "A_Const";

  public Sameness {
    requireNonNull(tree, "tree");
    requireNonNull(shape, "shape");
  }

  /** Empty where a statement does more than its text says. */
  static Optional<Sameness> of(JsonNode parsed) {
    ArrayNode statements = JsonNodeFactory.instance.arrayNode();
    for (JsonNode raw : parsed.path("stmts")) {
      JsonNode statement = raw.path("stmt");
      if (MORE_THAN_THEIR_TEXT.contains(Tree.kind(statement))) {
        return Optional.empty();
      }
      statements.add(statement);
    }
    return statements.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Sameness(
                without(statements, false).toString(), without(statements, true).toString()));
  }

  private static JsonNode without(JsonNode node, boolean values) {
    if (node.isArray()) {
      ArrayNode out = JsonNodeFactory.instance.arrayNode();
      node.forEach(item -> out.add(without(item, values)));
      return out;
    }
    if (!node.isObject()) {
      return node;
    }
    ObjectNode out = JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      if (values && isValue(field.getKey(), field.getValue())) {
        out.put("value", "?");
      } else if (!isPlace(field.getKey(), field.getValue())) {
        out.set(field.getKey(), without(field.getValue(), values));
      }
    }
    return out;
  }

  /** TRUE, FALSE and NULL are words of the language rather than values. */
  private static boolean isValue(String name, JsonNode node) {
    return name.equals("ParamRef")
        || (name.equals(CONSTANT) && !node.has("boolval") && !node.has("isnull"));
  }

  /** Where in the text something stands; a directory that is called location is a text. */
  private static boolean isPlace(String name, JsonNode value) {
    return value.isNumber()
        && (name.equals("location")
            || name.endsWith("_location")
            || name.equals("stmt_len")
            || name.endsWith("list_start")
            || name.endsWith("list_end"));
  }

  /** The fingerprints of the text with its parameters. */
  public Fingerprints with(List<FrozenCommand.Parameter> parameters) {
    List<String> same = new ArrayList<>(List.of("sql", tree));
    for (FrozenCommand.Parameter parameter : parameters) {
      same.add(Integer.toString(parameter.typeOid()));
      same.add(Integer.toString(parameter.format()));
      same.add(parameter.value().map(value -> "=" + value).orElse("NULL"));
    }
    return new Fingerprints(
        Fingerprints.digest(same), Optional.of(Fingerprints.digest(List.of("sql shape", shape))));
  }
}

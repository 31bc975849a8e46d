package dev.countersign.proxy.postgres.sql;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.proxy.postgres.catalog.Catalog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Whatever node the grammar can make, and whatever of its fields something is hidden in: it is
 * found, wherever in a statement the node stands.
 */
final class EveryNodeIsReadTest {

  private static final Path TYPES = Path.of("target/grammar/node_modules/@pgsql/types/types.d.ts");

  private static final Pattern TYPE =
      Pattern.compile("export interface (\\w+) \\{(.*?)\\n\\}", Pattern.DOTALL);
  private static final Pattern FIELD = Pattern.compile("(\\w+)\\?: (\\w+)(\\[])?;");

  /** {@code evil((SELECT 1 FROM hidden))}. */
  private static final Node CANARY =
      node("FuncCall", fields("funcname", list(string("evil")), "args", list(hiddenQuery())));

  /** Fields that hold names, constants and options, by the rules of the grammar. */
  private static final Set<String> NAMES =
      Set.of(
          "Alias.colnames",
          "AlterDefaultPrivilegesStmt.options",
          "AlterObjectSchemaStmt.object",
          "AlterOwnerStmt.object",
          "ColumnRef.fields",
          "CommentStmt.object",
          "ConstraintsSetStmt.constraints",
          "CopyStmt.attlist",
          "CopyStmt.options",
          "DropStmt.objects",
          "ExplainStmt.options",
          "FuncCall.funcname",
          "GrantRoleStmt.granted_roles",
          "GrantRoleStmt.grantee_roles",
          "GrantRoleStmt.opt",
          "GrantStmt.grantees",
          "GrantStmt.objects",
          "GrantStmt.privileges",
          "IntoClause.colNames",
          "IntoClause.options",
          "JoinExpr.usingClause",
          "LockStmt.relations",
          "PrepareStmt.argtypes",
          "RenameStmt.object",
          "ReturningClause.options",
          "SecLabelStmt.object",
          "SelectStmt.lockingClause",
          "TransactionStmt.options",
          "TruncateStmt.relations",
          "VacuumStmt.rels",
          "VariableSetStmt.args",
          "ViewStmt.aliases",
          "ViewStmt.options");

  /** Fields that PostgreSQL fills when it analyzes a statement, long after the grammar. */
  private static final Set<String> ANALYZED =
      Set.of("CallStmt.funcexpr", "CallStmt.outargs", "IntoClause.viewQuery");

  /** Fields that hold statements. */
  private static final Set<String> STATEMENTS =
      Set.of(
          "CopyStmt.query",
          "CreateTableAsStmt.query",
          "DeclareCursorStmt.query",
          "ExplainStmt.query",
          "InsertStmt.selectStmt",
          "PrepareStmt.query",
          "RangeSubselect.subquery",
          "ViewStmt.query");

  /** A field of a node. */
  private record Field(String name, String type, boolean isList) {}

  private static final Map<String, List<Field>> GRAMMAR = new LinkedHashMap<>();

  @Test
  void pgS36_nothingHidesInAnyNode() throws Exception {
    readGrammar();
    assertThat(GRAMMAR).hasSizeGreaterThan(250);
    Map<String, UnaryOperator<Node>> places = places();
    Set<String> missed = new TreeSet<>();

    for (String type : GRAMMAR.keySet()) {
      for (Map.Entry<String, Node> hiding : hiding(type, 2).entrySet()) {
        places.forEach(
            (place, statement) -> {
              if (!isFound(statement.apply(node(type, hiding.getValue())))) {
                missed.add(place + ": " + hiding.getKey());
              }
            });
        if (type.endsWith("Stmt") && !isFound(node(type, hiding.getValue()))) {
          missed.add("itself: " + hiding.getKey());
        }
      }
    }

    assertThat(missed).isEmpty();
  }

  private static boolean isFound(Node statement) {
    try {
      String facts =
          ShownFacts.lines(StatementReader.read("", statement, Catalog.unknown(List.of("public"))))
              .toString();
      return facts.contains("CALL public.evil") && facts.contains("SELECT public.hidden");
    } catch (RuntimeException e) {
      return false;
    }
  }

  /** Where a node can stand. */
  private static Map<String, UnaryOperator<Node>> places() {
    Map<String, UnaryOperator<Node>> places = new LinkedHashMap<>();
    places.put("result", node -> select("targetList", list(target(node))));
    places.put("condition", node -> select("whereClause", node));
    places.put("range", node -> select("fromClause", list(node)));
    places.put("row", node -> select("valuesLists", list(items(node))));
    places.put(
        "CTE",
        node ->
            select(
                "withClause",
                fields("ctes", list(node("CommonTableExpr", fields("ctequery", where(node)))))));
    places.put("change", node -> changing("UpdateStmt", "targetList", list(target(node))));
    places.put("range of a change", node -> changing("UpdateStmt", "fromClause", list(node)));
    places.put("range of a deletion", node -> changing("DeleteStmt", "usingClause", list(node)));
    places.put("source of a merge", node -> changing("MergeStmt", "sourceRelation", node));
    // Nothing else stands there.
    places.put(
        "part of a merge",
        node ->
            node.has("MergeWhenClause")
                ? changing("MergeStmt", "mergeWhenClauses", list(node))
                : where(node));
    places.put(
        "part of a column",
        node ->
            changing(
                "InsertStmt",
                "cols",
                list(
                    node(
                        "ResTarget",
                        fields("indirection", list(node("A_Indices", fields("uidx", node))))))));
    places.put("element", node -> changing("CreateStmt", "tableElts", list(node)));
    places.put("element of an index", node -> changing("IndexStmt", "indexParams", list(node)));
    places.put(
        "alteration",
        node ->
            changing("AlterTableStmt", "cmds", list(node("AlterTableCmd", fields("def", node)))));
    return places;
  }

  /** The fields of a type, each with the canary in it, and what was done to have it there. */
  private static Map<String, Node> hiding(String type, int depth) {
    Map<String, Node> hiding = new LinkedHashMap<>();
    for (Field field : GRAMMAR.get(type)) {
      String path = type + "." + field.name();
      if (NAMES.contains(path) || ANALYZED.contains(path)) {
        continue;
      }
      if (field.type().equals("Node")) {
        Node inside = inside(path);
        hiding.put(path, whole(type, field.name(), field.isList() ? list(inside) : inside));
      } else if (GRAMMAR.containsKey(field.type()) && depth > 0) {
        hiding(field.type(), depth - 1)
            .forEach(
                (inner, node) ->
                    hiding.put(
                        path + " " + inner,
                        whole(type, field.name(), field.isList() ? list(node) : node)));
      }
    }
    return hiding;
  }

  /** The canary in what the grammar puts into that field. */
  private static Node inside(String path) {
    if (STATEMENTS.contains(path)) {
      return where(CANARY);
    }
    return switch (path) {
      case "SelectStmt.valuesLists" -> items(CANARY);
      case "WithClause.ctes" -> node("CommonTableExpr", fields("ctequery", where(CANARY)));
      case "MergeStmt.mergeWhenClauses" -> node("MergeWhenClause", fields("condition", CANARY));
      case "AlterTableStmt.cmds" -> node("AlterTableCmd", fields("def", CANARY));
      case "CreateSchemaStmt.schemaElts" -> node("ViewStmt", fields("query", where(CANARY)));
      case "InsertStmt.cols" ->
          node("ResTarget", fields("indirection", list(node("A_Indices", fields("uidx", CANARY)))));
      default -> CANARY;
    };
  }

  /** A node's fields, with those that are never missing. */
  private static Node whole(String type, String field, Node value) {
    return switch (type) {
      case "FuncCall" -> fields("funcname", list(string("lower")), field, value);
      case "SelectStmt" ->
          field.equals("rarg") ? fields("larg", fields(), field, value) : fields(field, value);
      case "MergeWhenClause" ->
          fields(
              "commandType",
              text(field.equals("values") ? "CMD_INSERT" : "CMD_UPDATE"),
              field,
              value);
      case "CopyStmt" ->
          field.equals("query")
              ? fields(field, value)
              : fields("relation", relation("copied"), field, value);
      default -> fields(field, value);
    };
  }

  private static Node select(String field, Node value) {
    return node("SelectStmt", fields(field, value));
  }

  private static Node where(Node condition) {
    return select("whereClause", condition);
  }

  private static Node changing(String statement, String field, Node value) {
    return node(statement, fields("relation", relation("changed"), field, value));
  }

  private static Node target(Node value) {
    return node("ResTarget", fields("val", value));
  }

  private static Node items(Node item) {
    return node("List", fields("items", list(item)));
  }

  private static void readGrammar() throws Exception {
    Matcher types = TYPE.matcher(Files.readString(TYPES));
    while (types.find()) {
      List<Field> fields = new ArrayList<>();
      Matcher lines = FIELD.matcher(types.group(2));
      while (lines.find()) {
        fields.add(new Field(lines.group(1), lines.group(2), lines.group(3) != null));
      }
      GRAMMAR.put(types.group(1), fields);
    }
  }

  private static Node hiddenQuery() {
    return node(
        "SubLink",
        fields(
            "subselect",
            node("SelectStmt", fields("fromClause", list(node("RangeVar", relation("hidden")))))));
  }

  private static Node relation(String name) {
    return fields("relname", text(name));
  }

  private static Node string(String text) {
    return node("String", fields("sval", text(text)));
  }

  private static Node text(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    return new Node.Text(bytes, 0, bytes.length, false);
  }

  private static Node list(Node... items) {
    return new Node.Items(items);
  }

  private static Node node(String kind, Node body) {
    return fields(kind, body);
  }

  private static Node fields(Object... namesAndValues) {
    String[] names = new String[namesAndValues.length / 2];
    Node[] values = new Node[names.length];
    for (int i = 0; i < names.length; i++) {
      names[i] = (String) namesAndValues[2 * i];
      values[i] = (Node) namesAndValues[2 * i + 1];
    }
    return new Node.Fields(names, values);
  }
}

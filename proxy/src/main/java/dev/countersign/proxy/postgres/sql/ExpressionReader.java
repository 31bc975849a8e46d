package dev.countersign.proxy.postgres.sql;

import dev.countersign.rules.fact.SqlVerb;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;

/**
 * Reads expressions, and every other part of a tree that has no reader of its own: it descends into
 * all there is, so that nothing is overlooked only because nobody knew of it.
 */
final class ExpressionReader {

  private static final Set<String> DATA_STATEMENTS =
      Set.of("SelectStmt", "InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt");

  /** FKCONSTR_ACTION_CASCADE of parsenodes.h. */
  private static final String CASCADE = "c";

  /** The operators of BETWEEN, which does not name them. */
  private static final List<List<String>> BOUNDS =
      List.of(List.of(">="), List.of("<="), List.of("<"), List.of(">"));

  /** That of IN, CASE and USING, which do not name it either. */
  private static final List<List<String>> EQUAL = List.of(List.of("="));

  /** Until PostgreSQL 16 a column's name like any other: it has no brackets. */
  private static final String SYSTEM_USER = "system_user";

  private final Reading reading;
  private final QueryReader queries;

  /** The expressions being read, outermost first: what is found belongs to all of them. */
  private Deque<Sources> open = new ArrayDeque<>();

  /** Whether code of users' makes the values of parameters. */
  private boolean hasUnknownParameters;

  /** What is done to a relation that stands where no reader expects one. */
  private SqlVerb strayVerb = SqlVerb.SELECT;

  ExpressionReader(Reading reading, QueryReader queries) {
    this.reading = reading;
    this.queries = queries;
  }

  void setStrayVerb(SqlVerb verb) {
    strayVerb = verb;
  }

  /** What the value of an expression is made of. */
  Sources read(Node expression, Scope scope) {
    Sources sources = new Sources();
    open.push(sources);
    walk(expression, scope);
    open.pop();
    return sources;
  }

  /** Reads what decides on what the statement does, or how often. */
  Sources readCondition(Node expression, Scope scope) {
    Sources sources = read(expression, scope);
    reading.flows.condition(sources);
    return sources;
  }

  /** Reads all fields of a node but those its own reader has read: its conditions. */
  void readRest(Node body, Set<String> done, Scope scope) {
    if (body instanceof Node.Fields fields) {
      for (int i = 0; i < fields.size(); i++) {
        if (isContainer(fields.value(i)) && !done.contains(fields.name(i))) {
          readCondition(fields.value(i), scope);
        }
      }
    }
  }

  private void walk(Node node, Scope scope) {
    switch (node) {
      case Node.Items items -> {
        for (Node item : items) {
          walk(item, scope);
        }
      }
      case Node.Fields fields -> walkFields(fields, scope);
      case Node.Text _, Node.Literal _, Node.Missing _ -> {}
    }
  }

  private void walkFields(Node.Fields fields, Scope scope) {
    if (fields.has("relname")) {
      stray(fields);
    }
    List<String> type = type(fields.path("typeName"));
    if (type.isEmpty()) {
      walkParts(fields, scope);
    } else {
      converts(type, readParts(fields, scope));
    }
  }

  private Sources readParts(Node.Fields fields, Scope scope) {
    Sources parts = new Sources();
    open.push(parts);
    walkParts(fields, scope);
    open.pop();
    return parts;
  }

  private void walkParts(Node.Fields fields, Scope scope) {
    for (int i = 0; i < fields.size(); i++) {
      if (!isContainer(fields.value(i))) {
        continue;
      }
      if (Tree.isKind(fields.name(i))) {
        node(fields.name(i), fields.value(i), scope);
      } else {
        walk(fields.value(i), scope);
      }
    }
  }

  private static boolean isContainer(Node node) {
    return node instanceof Node.Fields || node instanceof Node.Items;
  }

  private void node(String kind, Node body, Scope scope) {
    switch (kind) {
      case "ColumnRef" -> column(body.path("fields"), scope);
      case "FuncCall" -> call(body, scope);
      case "A_Expr" ->
          apply(
              Tree.text(body, "kind").contains("BETWEEN") ? BOUNDS : named(body, "name"),
              body,
              scope);
      // x IN (SELECT …) names no operator.
      case "SubLink" ->
          apply(
              body.has("testexpr") && !body.has("operName") ? EQUAL : named(body, "operName"),
              body,
              scope);
      case "CaseExpr" -> apply(body.has("arg") ? EQUAL : List.of(), body, scope);
      case "SortBy" -> apply(named(body, "useOp"), body, scope);
      case "ParamRef" -> {
        if (hasUnknownParameters) {
          open.forEach(Sources::addUnknown);
        }
      }
      // What it holds is converted by whoever writes to it.
      case "ColumnDef" -> walkParts((Node.Fields) body, scope);
      case "A_Indirection" -> indirection(body, scope);
      case "JsonFuncExpr" -> mayCall(jsonFunction(body), body, scope);
      case "JsonParseExpr" -> mayCall("json", body, scope);
      case "JsonScalarExpr" -> mayCall("json_scalar", body, scope);
      case "JsonSerializeExpr" -> mayCall("json_serialize", body, scope);
      case "JsonObjectConstructor" -> mayCall("json_object", body, scope);
      case "JsonArrayConstructor" -> mayCall("json_array", body, scope);
      case "JsonArrayAgg" -> mayCall("json_arrayagg", body, scope);
      case "MergeSupportFunc" -> mayCall("merge_action", body, scope);
      case "Constraint" -> constraint(body, scope);
      case "IndexElem" -> {
        reading.flows.condition(Sources.of(Tree.text(body, "name")));
        walk(body, scope);
      }
      // A rule may have it among its actions.
      case "NotifyStmt" -> reading.accesses.add(SqlVerb.NOTIFY, Tree.text(body, "conditionname"));
      case "String" -> {}
      default -> {
        if (DATA_STATEMENTS.contains(kind)) {
          // The names in it are read as those around it.
          var _ = queries.read(kind, body, scope);
        } else {
          walk(body, scope);
        }
      }
    }
  }

  /** A relation where nobody expects one is taken as a whole. */
  private void stray(Node rangeVar) {
    String relation = reading.relation(rangeVar);
    reading.accesses.add(strayVerb, relation).addAllColumns();
    reading.flows.touches(relation, Tree.text(rangeVar, "relname"));
  }

  private void column(Node fields, Scope scope) {
    List<String> names = Tree.strings(fields);
    boolean isStar = names.size() < fields.size();
    Sources sources = new Sources();
    if (names.isEmpty()) {
      scope.resolveStar(sources);
    } else if (isStar) {
      scope.resolveStar(names.getLast(), sources);
    } else if (names.size() == 1) {
      scope.resolve(names.getFirst(), sources);
    } else if (scope.resolve(names.get(names.size() - 2), names.getLast(), sources)) {
      attribute(names.getLast(), sources);
    }
    open.forEach(expression -> expression.addAll(sources));
  }

  private void indirection(Node body, Scope scope) {
    Sources of = read(body, scope);
    Tree.strings(body.path("indirection")).forEach(name -> attribute(name, of));
  }

  /** A foreign key whose updates cascade writes what it refers to into its own columns. */
  private void constraint(Node body, Scope scope) {
    walk(body, scope);
    for (String columns : List.of("keys", "fk_attrs", "pk_attrs")) {
      // It compares what is there.
      Tree.strings(body.path(columns))
          .forEach(column -> reading.flows.condition(Sources.of(column)));
    }
    if (Tree.text(body, "fk_upd_action").equals(CASCADE)) {
      List<String> columns = Tree.strings(body.path("pk_attrs"));
      if (columns.isEmpty()) {
        reading.flows.write("", "", Sources.ofEverything());
      }
      columns.forEach(column -> reading.flows.write("", "", Sources.of(column)));
    }
    if (body.has("pktable") && !body.has("pk_attrs")) {
      reading.flows.condition(key(reading.relation(body.path("pktable"))));
    }
  }

  /** What a foreign key refers to that does not say it. */
  private Sources key(String relation) {
    return reading
        .catalog
        .primaryKey(relation)
        .map(
            columns -> {
              Sources key = new Sources();
              columns.forEach(key::addName);
              return key;
            })
        .orElseGet(Sources::ofEverything);
  }

  /** {@code (c).f} is a call of f if c, which need be no row, has no column of that name. */
  private void attribute(String name, Sources of) {
    reading.functions.ofAttribute(name).ifPresent(function -> called(function, of));
  }

  private static String jsonFunction(Node body) {
    return switch (Tree.text(body, "op")) {
      case "JSON_EXISTS_OP" -> "json_exists";
      case "JSON_QUERY_OP" -> "json_query";
      default -> "json_value";
    };
  }

  /** Of syntax that it does not know yet, an earlier server makes a call of a user's function. */
  private void mayCall(String name, Node body, Scope scope) {
    Sources arguments = read(body, scope);
    reading.functions.ofUsers(name).ifPresent(function -> called(function, arguments));
  }

  private void call(Node body, Scope scope) {
    Functions.Resolved function = reading.functions.resolve(Tree.strings(body.path("funcname")));
    if (function.name().equals(SYSTEM_USER)) {
      open.forEach(expression -> expression.addName(SYSTEM_USER));
    }
    if (function.isCount()) {
      called(function);
      readAside(body, scope);
    } else {
      called(function, read(body, scope));
    }
  }

  private void called(Functions.Resolved function, Sources arguments) {
    called(function);
    if (!function.isPure()) {
      reading.flows.write("", function.qualifiedName(), arguments);
    }
  }

  private void called(Functions.Resolved function) {
    reading.accesses.calls(function.qualifiedName());
    if (!function.isPure()) {
      reading.callsUnknown(function.qualifiedName());
    }
    function
        .otherNames()
        .forEach(
            other -> {
              reading.accesses.calls(other);
              reading.callsUnknown(other);
            });
    if (function.mayBeImpureBuiltIn()) {
      reading.callsUnknown(Functions.SYSTEM_SCHEMA + "." + function.name());
    }
    if (function.isReaching()) {
      reading.flows.compares("those that " + function.name() + " reads");
    }
    if (!function.isBlind()) {
      open.forEach(Sources::addUnknown);
    }
  }

  /** Reads what has no part in the value of the expressions being read, but for its number. */
  private void readAside(Node body, Scope scope) {
    Deque<Sources> aside = open;
    open = new ArrayDeque<>();
    Sources counted = new Sources();
    open.push(counted);
    walk(body, scope);
    reading.flows.condition(counted);
    open = aside;
  }

  /** Reads what operators are applied to: one of users' is a call. */
  private void apply(List<List<String>> operators, Node body, Scope scope) {
    List<Functions.Resolved> ofUsers = new ArrayList<>();
    operators.forEach(name -> reading.functions.userOperator(name).ifPresent(ofUsers::add));
    if (ofUsers.isEmpty()) {
      walk(body, scope);
    } else {
      Sources operands = read(body, scope);
      ofUsers.forEach(operator -> called(operator, operands));
    }
  }

  private static List<List<String>> named(Node body, String field) {
    List<String> name = Tree.strings(body.path(field));
    return name.isEmpty() ? List.of() : List.of(name);
  }

  /** A join by columns that both sides have compares them. */
  void equates(Sources columns) {
    EQUAL.forEach(
        name ->
            reading.functions.userOperator(name).ifPresent(operator -> called(operator, columns)));
  }

  /** A cast, or what SQL/JSON and XML give out as a value of a type: the same code may run. */
  private void converts(List<String> type, Sources values) {
    reading.functions.userCast(type).ifPresent(this::called);
    convertsByScript(type, values);
  }

  /** Values are given another type that the statement casts nothing to. */
  void convertsByScript(List<String> type, Sources values) {
    if (!type.isEmpty()) {
      reading.functions.scriptedCast(type).ifPresent(cast -> called(cast, values));
    }
  }

  /** The types of a prepared statement's parameters: EXECUTE casts its arguments to them. */
  void readParameters(Node types) {
    for (Node type : types) {
      Sources value = new Sources();
      open.push(value);
      convertsByScript(type(type.path("TypeName")), new Sources());
      open.pop();
      hasUnknownParameters |= value.isUnknown();
    }
  }

  static List<String> type(Node typeName) {
    return Tree.strings(typeName.path("names"));
  }
}

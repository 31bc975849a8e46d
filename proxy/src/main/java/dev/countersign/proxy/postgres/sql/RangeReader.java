package dev.countersign.proxy.postgres.sql;

import dev.countersign.rules.fact.SqlVerb;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Reads WITH and FROM clauses into the ranges of a scope. */
final class RangeReader {

  private static final Set<String> READ_BY_JOIN =
      Set.of("larg", "rarg", "alias", "usingClause", "join_using_alias");

  private final Reading reading;
  private final QueryReader queries;
  private final ExpressionReader expressions;

  RangeReader(Reading reading, QueryReader queries, ExpressionReader expressions) {
    this.reading = reading;
    this.queries = queries;
    this.expressions = expressions;
  }

  /** A CTE is seen by those after it, and by itself only if the clause is recursive. */
  void readWith(Node withClause, Scope scope) {
    boolean isRecursive = withClause.path("recursive").asBoolean();
    if (isRecursive) {
      for (Node cte : withClause.path("ctes")) {
        scope.addCte(declared(cte.path("CommonTableExpr")));
      }
    }
    for (Node item : withClause.path("ctes")) {
      Node cte = item.path("CommonTableExpr");
      String name = Tree.text(cte, "ctename");
      Outputs outputs =
          queries
              .read(cte.path("ctequery"), scope)
              .renamed(Tree.strings(cte.path("aliascolnames")));
      expressions.readRest(cte, Set.of("ctequery", "aliascolnames"), scope);
      // It ends where a row comes again, and sorts rows.
      compares(cte.path("cycle_clause").path("cycle_col_list"));
      compares(cte.path("search_clause").path("search_col_list"));
      hiddenColumns(cte).forEach(hidden -> reading.flows.edge(hidden, Sources.of(name)));
      Range.Derived derived = derived(name, outputs);
      scope.addCte(
          new Range.Derived(
              name, derived.columns(), derived.isComplete() && hiddenColumns(cte).isEmpty()));
    }
  }

  private void compares(Node columns) {
    Tree.strings(columns).forEach(column -> reading.flows.condition(Sources.of(column)));
  }

  /** SEARCH and CYCLE add columns, in which the values of others stand. */
  private static List<String> hiddenColumns(Node cte) {
    return Stream.of(
            Tree.text(cte.path("search_clause"), "search_seq_column"),
            Tree.text(cte.path("cycle_clause"), "cycle_mark_column"),
            Tree.text(cte.path("cycle_clause"), "cycle_path_column"))
        .filter(name -> !name.isEmpty())
        .toList();
  }

  /** What is known of a CTE before it is read: its column list, or the names of its first arm. */
  private static Range.Derived declared(Node cte) {
    List<String> names = new ArrayList<>(Tree.strings(cte.path("aliascolnames")));
    Node first = QueryReader.first(cte.path("ctequery").path("SelectStmt"));
    boolean isComplete = first.has("targetList") && hiddenColumns(cte).isEmpty();
    int position = 0;
    for (Node target : first.path("targetList")) {
      Optional<String> name = Target.name(target);
      isComplete &= !Target.isStar(target) && (name.isPresent() || position < names.size());
      if (position >= names.size()) {
        name.ifPresent(names::add);
      }
      position++;
    }
    return new Range.Derived(Tree.text(cte, "ctename"), names, isComplete);
  }

  /** Gives the outputs of a query a name, and their columns theirs. */
  Range.Derived derived(String name, Outputs outputs) {
    List<String> columns = new ArrayList<>();
    boolean isComplete = !outputs.hasStar();
    for (Outputs.Column column : outputs.columns()) {
      reading.flows.edge(column.name().orElse(Flows.ANY_NAME), column.sources());
      column.name().ifPresent(columns::add);
      isComplete &= column.name().isPresent();
    }
    reading.flows.edge(name, outputs.union());
    return new Range.Derived(name, columns, isComplete);
  }

  /** Adds the ranges of a FROM clause to the scope, and returns them. */
  List<Range> readFrom(Node fromClause, Scope scope, SqlVerb verb) {
    List<Range> added = new ArrayList<>();
    for (Node item : fromClause) {
      added.addAll(readRange(item, scope, verb));
    }
    return added;
  }

  List<Range> readRange(Node node, Scope scope, SqlVerb verb) {
    Node body = Tree.body(node);
    return switch (Tree.kind(node)) {
      case "RangeVar" -> List.of(add(scope, named(body, scope, verb)));
      case "RangeSubselect" -> {
        Outputs outputs =
            queries.read(body.path("subquery"), scope).renamed(Tree.columnAliases(body));
        yield List.of(add(scope, derived(Tree.alias(body, ""), outputs)));
      }
      case "RangeTableSample" -> {
        List<Range> sampled = readRange(body.path("relation"), scope, verb);
        expressions.readRest(body, Set.of("relation"), scope);
        yield sampled;
      }
      case "JoinExpr" -> join(body, scope, verb);
      default -> List.of(add(scope, computed(node, body, scope)));
    };
  }

  private static Range add(Scope scope, Range range) {
    scope.add(range);
    return range;
  }

  private Range named(Node rangeVar, Scope scope, SqlVerb verb) {
    String written = Tree.text(rangeVar, "relname");
    if (!rangeVar.has("schemaname")) {
      Optional<Range.Derived> cte = scope.cte(written);
      if (cte.isPresent()) {
        return reference(rangeVar, cte.get());
      }
    }
    return relation(rangeVar, reading.relation(rangeVar), verb, Tree.alias(rangeVar, written));
  }

  /** A CTE under a name, and perhaps with column names, of its own. */
  private Range reference(Node rangeVar, Range.Derived cte) {
    String alias = Tree.alias(rangeVar, cte.name());
    List<String> renamed = Tree.columnAliases(rangeVar);
    reading.flows.edge(alias, Sources.of(cte.name()));
    List<String> columns = new ArrayList<>(renamed);
    for (int i = 0; i < renamed.size(); i++) {
      boolean isKnown = cte.isComplete() && i < cte.columns().size();
      reading.flows.edge(renamed.get(i), Sources.of(isKnown ? cte.columns().get(i) : cte.name()));
    }
    if (renamed.size() < cte.columns().size()) {
      columns.addAll(cte.columns().subList(renamed.size(), cte.columns().size()));
    }
    return new Range.Derived(alias, columns, cte.isComplete());
  }

  /** A relation of the database under a name of the statement. */
  Range.Relation relation(Node rangeVar, String relation, SqlVerb verb, String name) {
    reading.flows.touches(relation, name);
    Accesses.Access access = reading.accesses.access(verb, relation);
    Optional<Set<String>> columns = reading.columns(relation);
    for (String alias : Tree.columnAliases(rangeVar)) {
      // A transaction may have dropped a column before it: nobody knows which one it stands for.
      access.addAllColumns();
      reading.flows.edge(alias, Sources.of(name));
      columns.ifPresent(known -> known.add(alias));
    }
    return new Range.Relation(name, relation, access, columns);
  }

  private List<Range> join(Node body, Scope scope, SqlVerb verb) {
    List<Range> left = readRange(body.path("larg"), scope, verb);
    List<Range> right = readRange(body.path("rarg"), scope, verb);
    List<Range> members = new ArrayList<>(left);
    members.addAll(right);
    for (String column : Tree.strings(body.path("usingClause"))) {
      joinOn(column, left);
      joinOn(column, right);
      equates(Sources.of(column));
    }
    if (body.path("isNatural").asBoolean()) {
      members.forEach(Range::readsAll);
      equates(Sources.ofEverything());
    }
    expressions.readRest(body, READ_BY_JOIN, scope);
    for (String alias : List.of("alias", "join_using_alias")) {
      if (body.has(alias)) {
        scope.add(joined(body.path(alias), members));
      }
    }
    return members;
  }

  private void equates(Sources columns) {
    reading.flows.condition(columns);
    expressions.equates(columns);
  }

  private static void joinOn(String column, List<Range> side) {
    boolean isKnown = side.stream().anyMatch(range -> range.has(column));
    for (Range range : side) {
      if (range.has(column) || !isKnown) {
        range.reads(column);
      }
    }
  }

  private Range joined(Node alias, List<Range> members) {
    String name = Tree.text(alias, "aliasname");
    reading.flows.edge(name, Sources.ofEverything());
    for (String column : Tree.strings(alias.path("colnames"))) {
      reading.flows.edge(column, Sources.ofEverything());
      members.forEach(Range::readsAll);
    }
    return new Range.Join(name, members);
  }

  /** A function, XMLTABLE or JSON_TABLE: the names of its columns are not all in the text. */
  private Range computed(Node node, Node body, Scope scope) {
    Sources sources = expressions.readCondition(node, scope);
    List<String> columns = new ArrayList<>(Tree.columnAliases(body));
    for (Node column : body.path("columns")) {
      Node fields = Tree.body(column);
      columns.add(Tree.text(fields, fields.has("colname") ? "colname" : "name"));
    }
    columns.forEach(column -> reading.flows.edge(column, sources));
    reading.flows.edge(Flows.ANY_NAME, sources);
    String name = Tree.alias(body, functionName(body));
    reading.flows.edge(name, sources);
    return new Range.Derived(name, columns, false);
  }

  /** Without an alias a function's own name is the range's, and a scalar's column's. */
  private static String functionName(Node rangeFunction) {
    Node first = rangeFunction.path("functions").path(0).path("List").path("items").path(0);
    List<String> name = Tree.strings(first.path("FuncCall").path("funcname"));
    return name.isEmpty() ? "" : name.getLast();
  }
}

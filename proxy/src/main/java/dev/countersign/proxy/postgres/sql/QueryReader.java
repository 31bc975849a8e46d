package dev.countersign.proxy.postgres.sql;

import dev.countersign.rules.fact.SqlVerb;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads SELECT, VALUES and TABLE, and leads to the reader of the other data statements. */
final class QueryReader {

  private static final Set<String> READ_BY_SELECT =
      Set.of(
          "withClause",
          "fromClause",
          "targetList",
          "valuesLists",
          "larg",
          "rarg",
          "intoClause",
          "lockingClause");

  private final Reading reading;
  private final ExpressionReader expressions;
  private final RangeReader ranges;
  private final ChangeReader changes;

  QueryReader(Reading reading) {
    this.reading = reading;
    this.expressions = new ExpressionReader(reading, this);
    this.ranges = new RangeReader(reading, this, expressions);
    this.changes = new ChangeReader(reading, this, expressions, ranges);
  }

  ExpressionReader expressions() {
    return expressions;
  }

  /** Reads a SelectStmt, InsertStmt, UpdateStmt, DeleteStmt or MergeStmt. */
  Outputs read(String kind, Node body, @Nullable Scope outer) {
    return kind.equals("SelectStmt") ? select(body, outer) : changes.read(kind, body, outer);
  }

  /** Reads a wrapped data statement. */
  Outputs read(Node statement, @Nullable Scope outer) {
    return read(Tree.kind(statement), Tree.body(statement), outer);
  }

  private Outputs select(Node body, @Nullable Scope outer) {
    Scope scope = new Scope(outer);
    ranges.readWith(body.path("withClause"), scope);
    Outputs outputs;
    if (body.has("larg")) {
      outputs = select(body.path("larg"), scope).combine(select(body.path("rarg"), scope));
      expressions.readRest(body, READ_BY_SELECT, scope);
      // An INTO stands in the first arm, and is about all of them.
      writeInto(first(body).path("intoClause"), outputs);
    } else if (body.has("valuesLists")) {
      outputs = values(body.path("valuesLists"), scope);
      expressions.readRest(body, READ_BY_SELECT, scope);
    } else {
      outputs = simple(body, scope);
    }
    compare(body, outputs);
    writeInto(body.path("intoClause"), outputs);
    return outputs;
  }

  /** The arm that a set operation begins with. */
  static Node first(Node select) {
    Node first = select;
    while (first.has("larg")) {
      first = first.path("larg");
    }
    return first;
  }

  private Outputs simple(Node body, Scope scope) {
    List<Range> own = ranges.readFrom(body.path("fromClause"), scope, SqlVerb.SELECT);
    Outputs outputs = targets(body.path("targetList"), scope);
    expressions.readRest(body, READ_BY_SELECT, scope);
    boolean isFiltered = isFilter(body.path("whereClause"));
    for (Range range : own) {
      if (range instanceof Range.Relation relation) {
        relation.access().occursFiltered(isFiltered);
      }
    }
    for (Node clause : body.path("lockingClause")) {
      List<String> names = new ArrayList<>();
      for (Node locked : clause.path("LockingClause").path("lockedRels")) {
        names.add(Tree.text(locked.path("RangeVar"), "relname"));
      }
      lock(body.path("fromClause"), names, scope);
    }
    return outputs;
  }

  /** Sorting and grouping by outputs, and making them distinct, compares their values. */
  private void compare(Node body, Outputs outputs) {
    boolean isUnionAll =
        Tree.text(body, "op").equals("SETOP_UNION") && body.path("all").asBoolean();
    if (body.has("distinctClause") || (body.has("larg") && !isUnionAll)) {
      reading.flows.condition(outputs.union());
    }
    for (Node item : body.path("sortClause")) {
      compareItem(item.path("SortBy").path("node"), outputs);
    }
    for (Node item : body.path("groupClause")) {
      compareItem(item, outputs);
    }
  }

  private void compareItem(Node item, Outputs outputs) {
    // GROUP BY (1, 2) is GROUP BY 1, 2.
    item.path("RowExpr").path("args").forEach(part -> compareItem(part, outputs));
    int position = item.path("A_Const").path("ival").path("ival").asInt();
    if (position > 0 && position <= outputs.columns().size() && !outputs.hasStar()) {
      reading.flows.condition(outputs.columns().get(position - 1).sources());
    } else if (position > 0 || item.has("GroupingSet")) {
      reading.flows.condition(outputs.union());
    }
    for (String name : Tree.strings(item.path("ColumnRef").path("fields"))) {
      outputs.columns().stream()
          .filter(column -> column.name().equals(Optional.of(name)))
          .forEach(column -> reading.flows.condition(column.sources()));
    }
  }

  /** Whether a WHERE clause depends on the rows: {@code WHERE true} filters nothing. */
  static boolean isFilter(Node where) {
    return where.mentions("ColumnRef") || where.mentions("CurrentOfExpr");
  }

  Outputs targets(Node targetList, Scope scope) {
    List<Outputs.Column> columns = new ArrayList<>();
    Sources stars = new Sources();
    boolean hasStar = false;
    for (Node target : targetList) {
      Sources sources = expressions.read(target, scope);
      if (!target.path("ResTarget").path("val").has("ColumnRef")) {
        reading.flows.condition(sources);
      }
      if (Target.isStar(target)) {
        hasStar = true;
        stars.addEverything();
        stars.addAll(sources);
        fields(target.path("ResTarget").path("val"), sources);
      } else {
        columns.add(new Outputs.Column(Target.name(target), sources));
      }
    }
    return new Outputs(columns, hasStar ? Optional.of(stars) : Optional.empty());
  }

  /** The fields of a row that is no table's have names of which the text says nothing. */
  private void fields(Node star, Sources row) {
    if (star.has("A_Indirection")) {
      reading.flows.edge(Flows.ANY_NAME, row);
    }
  }

  private Outputs values(Node rows, Scope scope) {
    @Nullable Outputs all = null;
    for (Node row : rows) {
      List<Outputs.Column> columns = new ArrayList<>();
      Sources stars = new Sources();
      boolean hasStar = false;
      for (Node item : row.path("List").path("items")) {
        String name = "column" + (columns.size() + 1);
        Sources sources = expressions.read(item, scope);
        if (!item.has("ColumnRef")) {
          reading.flows.condition(sources);
        }
        columns.add(new Outputs.Column(Optional.of(name), sources));
        hasStar |= Target.isStarValue(item);
      }
      if (hasStar) {
        stars.addEverything();
        columns.forEach(column -> stars.addAll(column.sources()));
        reading.flows.edge(Flows.ANY_NAME, stars);
        columns.clear();
      }
      Outputs one = new Outputs(columns, hasStar ? Optional.of(stars) : Optional.empty());
      all = all == null ? one : all.combine(one);
    }
    return all == null ? Outputs.NONE : all;
  }

  /**
   * What is locked of some items of a FROM clause: of a subquery every relation, but none of a CTE.
   *
   * @param names what is locked of them; empty for everything
   */
  private void lock(Node fromItems, List<String> names, Scope scope) {
    for (Node item : fromItems) {
      lockItem(item, names, scope);
    }
  }

  private void lockItem(Node item, List<String> names, Scope scope) {
    Node body = Tree.body(item);
    String written = Tree.text(body, "relname");
    boolean isNamed = names.isEmpty() || names.contains(Tree.alias(body, written));
    switch (Tree.kind(item)) {
      case "JoinExpr" -> {
        lockItem(body.path("larg"), names, scope);
        lockItem(body.path("rarg"), names, scope);
      }
      case "RangeTableSample" -> lockItem(body.path("relation"), names, scope);
      case "RangeVar" -> {
        if (isNamed && (body.has("schemaname") || scope.cte(written).isEmpty())) {
          reading.accesses.add(SqlVerb.LOCK, reading.relation(body));
        }
      }
      case "RangeSubselect" -> {
        if (isNamed) {
          Node subquery = body.path("subquery").path("SelectStmt");
          Scope inner = new Scope(scope);
          for (Node cte : subquery.path("withClause").path("ctes")) {
            String name = Tree.text(cte.path("CommonTableExpr"), "ctename");
            inner.addCte(new Range.Derived(name, List.of(), false));
          }
          lock(subquery.path("fromClause"), List.of(), inner);
        }
      }
      default -> {}
    }
  }

  /** SELECT INTO, CREATE TABLE AS and CREATE MATERIALIZED VIEW make a relation of the outputs. */
  void writeInto(Node into, Outputs outputs) {
    if (into.isMissing()) {
      return;
    }
    Node target = into.path("rel");
    if (Tree.text(target, "relpersistence").equals("t")
        || Tree.text(target, "schemaname").startsWith("pg_temp")) {
      reading.flows.takes(Tree.text(target, "relname"));
    }
    String relation = reading.created(target);
    reading.accesses.add(SqlVerb.CREATE, relation);
    write(relation, List.of(), outputs);
  }

  /** Notes that outputs are written to columns of a relation, by position where that is known. */
  void write(String relation, List<String> columns, Outputs outputs) {
    for (int i = 0; i < outputs.columns().size(); i++) {
      String column = i < columns.size() && !outputs.hasStar() ? columns.get(i) : "";
      reading.flows.write(relation, column, outputs.columns().get(i).sources());
    }
    outputs.star().ifPresent(sources -> reading.flows.write(relation, "", sources));
  }
}

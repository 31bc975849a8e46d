package dev.countersign.proxy.postgres.sql;

import dev.countersign.rules.fact.SqlVerb;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads INSERT, UPDATE, DELETE and MERGE. */
final class ChangeReader {

  private static final Set<String> READ_BY_INSERT =
      Set.of("relation", "cols", "selectStmt", "onConflictClause", "returningClause", "withClause");
  private static final Set<String> READ_BY_UPDATE =
      Set.of("relation", "targetList", "fromClause", "returningClause", "withClause");
  private static final Set<String> READ_BY_DELETE =
      Set.of("relation", "usingClause", "returningClause", "withClause");
  private static final Set<String> READ_BY_MERGE =
      Set.of("relation", "sourceRelation", "mergeWhenClauses", "returningClause", "withClause");

  private final Reading reading;
  private final QueryReader queries;
  private final ExpressionReader expressions;
  private final RangeReader ranges;

  ChangeReader(
      Reading reading, QueryReader queries, ExpressionReader expressions, RangeReader ranges) {
    this.reading = reading;
    this.queries = queries;
    this.expressions = expressions;
    this.ranges = ranges;
  }

  Outputs read(String kind, Node body, @Nullable Scope outer) {
    Scope scope = new Scope(outer);
    ranges.readWith(body.path("withClause"), scope);
    return switch (kind) {
      case "InsertStmt" -> insert(body, scope);
      case "UpdateStmt" -> update(body, scope);
      case "DeleteStmt" -> delete(body, scope);
      case "MergeStmt" -> merge(body, scope);
      default -> throw new IllegalArgumentException(kind);
    };
  }

  /** The target of a change is always a relation, whatever CTEs there are. */
  private Range.Relation target(Node body, SqlVerb verb) {
    Node rangeVar = body.path("relation");
    return ranges.relation(
        rangeVar,
        reading.relation(rangeVar),
        verb,
        Tree.alias(rangeVar, Tree.text(rangeVar, "relname")));
  }

  private Outputs insert(Node body, Scope scope) {
    Range.Relation target = target(body, SqlVerb.INSERT);
    List<String> columns = insertInto(target, body.path("cols"), scope);
    Outputs source =
        body.has("selectStmt") ? queries.read(body.path("selectStmt"), scope) : Outputs.NONE;
    queries.write(target.relation(), columns, source);
    if (body.has("onConflictClause")) {
      onConflict(body.path("onConflictClause"), body, source, scope);
    }
    expressions.readRest(body, READ_BY_INSERT, scope);
    return returning(body, scope);
  }

  private void onConflict(Node clause, Node insert, Outputs source, Scope outer) {
    Scope scope = new Scope(outer);
    if (clause.has("targetList")) {
      // A row that is given changes one that is there already; a whole table of them may change
      // all.
      boolean givesAllOfATable =
          !insert.path("selectStmt").path("SelectStmt").has("valuesLists")
              && reading.accesses.readsWholeTables();
      Range.Relation target = target(insert, SqlVerb.UPDATE);
      target
          .access()
          .occursFiltered(!givesAllOfATable || QueryReader.isFilter(clause.path("whereClause")));
      scope.add(target);
      scope.add(rowOf("excluded", insert, source.union()));
      assign(clause.path("targetList"), target, scope);
    }
    if (clause.path("infer").has("conname")) {
      // Which columns the constraint compares the text does not tell.
      reading.flows.condition(Sources.ofEverything());
    }
    expressions.readRest(clause, Set.of("targetList"), scope);
  }

  private Outputs update(Node body, Scope scope) {
    Range.Relation target = target(body, SqlVerb.UPDATE);
    scope.add(target);
    ranges
        .readFrom(body.path("fromClause"), scope, SqlVerb.SELECT)
        .forEach(range -> filter(range, body));
    assign(body.path("targetList"), target, scope);
    expressions.readRest(body, READ_BY_UPDATE, scope);
    target.access().occursFiltered(QueryReader.isFilter(body.path("whereClause")));
    return returning(body, scope);
  }

  private Outputs delete(Node body, Scope scope) {
    Range.Relation target = target(body, SqlVerb.DELETE);
    scope.add(target);
    ranges
        .readFrom(body.path("usingClause"), scope, SqlVerb.SELECT)
        .forEach(range -> filter(range, body));
    expressions.readRest(body, READ_BY_DELETE, scope);
    target.access().occursFiltered(QueryReader.isFilter(body.path("whereClause")));
    return returning(body, scope);
  }

  private static void filter(Range range, Node body) {
    if (range instanceof Range.Relation relation) {
      relation.access().occursFiltered(QueryReader.isFilter(body.path("whereClause")));
    }
  }

  private Outputs merge(Node body, Scope scope) {
    Range.Relation target = target(body, SqlVerb.MERGE);
    target.access().occursFiltered(false);
    scope.add(target);
    ranges
        .readRange(body.path("sourceRelation"), scope, SqlVerb.SELECT)
        .forEach(range -> filter(range, body));
    for (Node arm : body.path("mergeWhenClauses")) {
      mergeArm(arm.path("MergeWhenClause"), body, scope);
    }
    expressions.readRest(body, READ_BY_MERGE, scope);
    return returning(body, scope);
  }

  private void mergeArm(Node arm, Node merge, Scope outer) {
    switch (Tree.text(arm, "commandType")) {
      case "CMD_INSERT" -> mergeInsert(arm, merge, outer);
      case "CMD_UPDATE" -> {
        Range.Relation target = target(merge, SqlVerb.UPDATE);
        target.access().occursFiltered(QueryReader.isFilter(arm.path("condition")));
        Scope scope = new Scope(outer);
        scope.add(target);
        assign(arm.path("targetList"), target, scope);
      }
      case "CMD_DELETE" ->
          target(merge, SqlVerb.DELETE)
              .access()
              .occursFiltered(QueryReader.isFilter(arm.path("condition")));
      default -> {}
    }
    expressions.readRest(arm, Set.of("targetList", "values"), outer);
  }

  private void mergeInsert(Node arm, Node merge, Scope scope) {
    Range.Relation target = target(merge, SqlVerb.INSERT);
    List<String> columns = insertInto(target, arm.path("targetList"), scope);
    int position = 0;
    boolean hasStar = false;
    for (Node value : arm.path("values")) {
      hasStar |= Target.isStarValue(value);
      String column = position < columns.size() && !hasStar ? columns.get(position) : "";
      reading.flows.write(target.relation(), column, expressions.readCondition(value, scope));
      position++;
    }
  }

  /** The columns that an INSERT names. Which part of one it fills may be the value of a query. */
  private List<String> insertInto(Range.Relation target, Node columns, Scope scope) {
    target.access().occursFiltered(false);
    if (columns.isEmpty()) {
      target.readsAll();
    }
    for (Node column : columns) {
      String name = Tree.text(column.path("ResTarget"), "name");
      target.access().addColumn(name);
      Sources part = expressions.readCondition(column, scope);
      if (!part.isEmpty()) {
        reading.flows.write(target.relation(), name, part);
      }
    }
    return targetNames(columns);
  }

  private static List<String> targetNames(Node targets) {
    List<String> names = new ArrayList<>();
    for (Node target : targets) {
      names.add(Tree.text(target.path("ResTarget"), "name"));
    }
    return names;
  }

  private void assign(Node targetList, Range.Relation target, Scope scope) {
    for (Node assignment : targetList) {
      String column = Tree.text(assignment.path("ResTarget"), "name");
      target.reads(column);
      reading.flows.write(target.relation(), column, expressions.readCondition(assignment, scope));
    }
  }

  /** RETURNING is a select list over the changed rows, as they were and as they are. */
  private Outputs returning(Node body, Scope outer) {
    Node clause = body.path("returningClause");
    if (clause.isMissing()) {
      return Outputs.NONE;
    }
    Range.Relation changed = target(body, SqlVerb.SELECT);
    changed.access().occursFiltered(QueryReader.isFilter(body.path("whereClause")));
    Scope around = new Scope(outer);
    around.add(rowOf("old", changed));
    around.add(rowOf("new", changed));
    for (Node option : clause.path("options")) {
      around.add(rowOf(Tree.text(option.path("ReturningOption"), "value"), changed));
    }
    Scope scope = new Scope(around);
    scope.add(changed);
    outer.ranges().stream()
        .filter(range -> !range.name().equals(changed.name()))
        .forEach(scope::add);
    return queries.targets(clause.path("exprs"), scope);
  }

  /** The changed row under another name. */
  private Range rowOf(String name, Range.Relation relation) {
    reading.flows.touches(relation.relation(), name);
    return new Range.Relation(name, relation.relation(), relation.access(), relation.columns());
  }

  /** The row that was to be inserted: made of the source, and named like the target's columns. */
  private Range rowOf(String name, Node insert, Sources sources) {
    reading.flows.edge(name, sources);
    return new Range.Derived(name, targetNames(insert.path("cols")), false);
  }
}

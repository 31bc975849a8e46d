package dev.countersign.proxy.postgres.random;

import dev.countersign.proxy.postgres.random.Scope.Level;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Expressions of a type, by chance. */
final class Expressions {

  private static final Set<Construct> AGGREGATES =
      EnumSet.of(Construct.AGGREGATE, Construct.FILTER, Construct.WITHIN_GROUP);
  private static final Set<Construct> WINDOWS = EnumSet.of(Construct.WINDOW);
  private static final Set<Construct> NOT_OF_ROWS =
      EnumSet.of(Construct.AGGREGATE, Construct.FILTER, Construct.WITHIN_GROUP, Construct.WINDOW);

  private static final String QUERY = "query ";

  private final Dice dice;
  private final Vocabulary vocabulary;
  private final Set<Construct> used;
  private final Queries queries;

  Expressions(Dice dice, Vocabulary vocabulary, Set<Construct> used, Queries queries) {
    this.dice = dice;
    this.vocabulary = vocabulary;
    this.used = used;
    this.queries = queries;
  }

  String any(Scope scope, int depth) {
    List<String> columns = scope.columns(Optional.empty());
    return columns.isEmpty() || scope.level() == Level.GROUPS || dice.onceIn(3)
        ? of(dice.pick(Types.ALL), scope, depth)
        : dice.pick(columns);
  }

  String of(String type, Scope scope, int depth) {
    List<Form> forms = vocabulary.forms(type, NOT_OF_ROWS, false);
    return depth <= 0 || forms.isEmpty() || dice.onceIn(3)
        ? leaf(type, scope)
        : filled(dice.pick(forms), scope, depth);
  }

  private String leaf(String type, Scope scope) {
    List<Form> others =
        switch (scope.level()) {
          case ROWS -> List.of();
          case GROUPS -> vocabulary.forms(type, AGGREGATES, true);
          case WINDOWS -> vocabulary.forms(type, WINDOWS, true);
        };
    if (!others.isEmpty() && !dice.onceIn(3)) {
      Scope rows =
          scope
              .rows()
              .orElseGet(
                  () ->
                      new Scope(
                          scope.ranges(),
                          scope.outer(),
                          scope.ctes(),
                          Level.ROWS,
                          Optional.empty()));
      return filled(dice.pick(others), rows, 1);
    }
    List<String> columns = scope.columns(Optional.of(type));
    return columns.isEmpty() || dice.onceIn(12)
        ? dice.pick(Types.literals(type))
        : dice.pick(columns);
  }

  /** A form of any expression, its holes filled. */
  String filled(Form form, Scope scope, int depth) {
    used.add(form.construct());
    return "(" + form.filled(hole -> filling(hole, scope, depth - 1)) + ")";
  }

  String filling(String hole, Scope scope, int depth) {
    if (hole.equals("any")) {
      return any(scope, depth);
    }
    if (hole.equals("row")) {
      return scope.ranges().isEmpty() || scope.level() == Level.GROUPS
          ? "ROW(1, 'x')"
          : dice.pick(scope.ranges()).alias();
    }
    return hole.startsWith(QUERY)
        ? "(" + queries.single(hole.substring(QUERY.length()), scope, depth) + ")"
        : of(hole, scope, depth);
  }
}

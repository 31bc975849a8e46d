package dev.countersign.proxy.postgres.random;

import dev.countersign.proxy.postgres.random.Queries.From;
import dev.countersign.proxy.postgres.random.Queries.Query;
import dev.countersign.proxy.postgres.random.Scope.Range;
import dev.countersign.proxy.postgres.random.Vocabulary.Column;
import dev.countersign.proxy.postgres.random.Vocabulary.Relation;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** INSERT, UPDATE, DELETE and MERGE, by chance. */
final class Changes {

  private static final int DEPTH = 2;
  private static final List<String> TARGETS =
      List.of(
          "wards",
          "wards",
          "patients",
          "patients",
          "visits",
          "visits",
          "events",
          "notes",
          "memos",
          "bells",
          "vault",
          "rooms",
          "veterans");

  /** MERGE takes no table that has rules. */
  private static final List<String> MERGED = List.of("wards", "patients", "visits", "events");

  private static final String PLAIN = "plain_";

  private final Dice dice;
  private final Vocabulary vocabulary;
  private final Set<Construct> used;
  private final Queries queries;
  private final Expressions expressions;

  Changes(Dice dice, Vocabulary vocabulary, Set<Construct> used, Queries queries) {
    this.dice = dice;
    this.vocabulary = vocabulary;
    this.used = used;
    this.queries = queries;
    this.expressions = queries.expressions();
  }

  /** One that returns something; its columns are those that it returns. */
  Query any() {
    return switch (dice.upTo(5)) {
      case 1 -> insert();
      case 2 -> delete();
      case 3 -> merge();
      default -> update();
    };
  }

  private Range target(List<String> names) {
    Relation relation = vocabulary.relation(dice.pick(names));
    return new Range(relation.name(), relation.columns());
  }

  private Query insert() {
    used.add(Construct.INSERT);
    Range target = target(TARGETS);
    List<Column> columns = columns(target, true);
    From from = queries.from(Scope.EMPTY, 1);
    String source =
        dice.onceIn(2)
            ? "VALUES (" + values(columns, Scope.EMPTY) + ")"
            : "SELECT " + values(columns, from.scope()) + " FROM " + from.sql() + " LIMIT 1";
    Scope scope = Scope.EMPTY.with(new Range("t", target.columns()));
    String head = "INSERT INTO " + target.alias() + " AS t (" + names(columns) + ") " + source;
    return returning(head + onConflict(target, scope), scope, target);
  }

  private String onConflict(Range target, Scope scope) {
    // Where there is a rule there is no conflict, and in parts no key.
    if (!List.of("wards", "patients", "visits").contains(target.alias()) || dice.onceIn(3)) {
      return "";
    }
    used.add(Construct.ON_CONFLICT);
    Scope both = scope.with(new Range("excluded", target.columns()));
    return dice.onceIn(3)
        ? " ON CONFLICT DO NOTHING"
        : " ON CONFLICT (id) DO UPDATE SET " + assignments(target, both);
  }

  private Query update() {
    used.add(Construct.UPDATE);
    Range target = target(TARGETS);
    Scope scope = Scope.EMPTY.with(new Range("t", target.columns()));
    String head = "UPDATE " + target.alias() + " AS t SET ";
    if (dice.onceIn(2)) {
      return returning(head + assignments(target, scope) + where(scope), scope, target);
    }
    used.add(Construct.UPDATE_FROM);
    From from = queries.item(scope, Scope.EMPTY, 1, false);
    return returning(
        head + assignments(target, from.scope()) + " FROM " + from.sql() + where(from.scope()),
        from.scope(),
        target);
  }

  private Query delete() {
    used.add(Construct.DELETE);
    Range target = target(List.of("visits", "events", "veterans", "bells", "rooms", "vault"));
    Scope scope = Scope.EMPTY.with(new Range("t", target.columns()));
    String head = "DELETE FROM " + target.alias() + " AS t";
    if (dice.onceIn(2)) {
      return returning(head + where(scope), scope, target);
    }
    From from = queries.item(scope, Scope.EMPTY, 1, false);
    return returning(head + " USING " + from.sql() + where(from.scope()), from.scope(), target);
  }

  private Query merge() {
    used.add(Construct.MERGE);
    Range target = target(MERGED);
    Scope own = Scope.EMPTY.with(new Range("t", target.columns()));
    From from = queries.item(own, Scope.EMPTY, 1, false);
    Scope source =
        new Scope(
            from.scope().ranges().subList(1, 2),
            from.scope().outer(),
            List.of(),
            Scope.Level.ROWS,
            from.scope().rows());
    List<Column> columns = columns(target, true);
    String matched =
        dice.one(
            "UPDATE SET " + assignments(target, from.scope()),
            "UPDATE SET " + assignments(target, from.scope()),
            "DO NOTHING");
    String sql =
        "MERGE INTO %s AS t USING %s ON t.id = %s WHEN MATCHED%s THEN %s WHEN NOT MATCHED THEN %s"
            .formatted(
                target.alias(),
                from.sql(),
                expressions.of("integer", source, 0),
                dice.onceIn(3) ? " AND " + expressions.of("boolean", from.scope(), 1) : "",
                matched,
                dice.onceIn(2)
                    ? "DO NOTHING"
                    : "INSERT (" + names(columns) + ") VALUES (" + values(columns, source) + ")");
    return returning(sql, from.scope(), target);
  }

  private String where(Scope scope) {
    return dice.onceIn(3) ? " WHERE " + expressions.of("boolean", scope, DEPTH) : "";
  }

  /** Some columns that can be written; with a key a whole row. */
  private List<Column> columns(Range target, boolean withKey) {
    List<Column> columns = new ArrayList<>();
    for (Column column : target.columns()) {
      boolean isNeeded =
          List.of("id", "plain_name", "redacted_reason").contains(column.name()) && withKey;
      boolean isWritable =
          (column.name().startsWith(PLAIN) || dice.onceIn(6))
              && !List.of("id", "redacted_loud", "quiet", "badge").contains(column.name())
              && Types.ALL.contains(column.type());
      if (isNeeded || (isWritable && dice.onceIn(3))) {
        columns.add(column);
      }
    }
    return columns.isEmpty() ? target.columns().subList(1, 2) : columns;
  }

  private static String names(List<Column> columns) {
    return columns.stream().map(Column::name).collect(Collectors.joining(", "));
  }

  private String values(List<Column> columns, Scope scope) {
    return columns.stream()
        .map(column -> column.name().equals("id") ? key() : value(column, scope))
        .collect(Collectors.joining(", "));
  }

  private String key() {
    return Integer.toString(dice.onceIn(2) ? dice.upTo(5) : 40 + dice.upTo(50));
  }

  /** What is masked may mostly be written only where it is masked. */
  private String value(Column column, Scope scope) {
    boolean isPlain = column.name().startsWith(PLAIN) && !dice.onceIn(5);
    return expressions.of(column.type(), isPlain ? plain(scope) : scope, 1);
  }

  private static Scope plain(Scope scope) {
    List<Range> plain =
        scope.ranges().stream()
            .map(
                range ->
                    new Range(
                        range.alias(),
                        range.columns().stream()
                            .filter(column -> column.name().startsWith(PLAIN))
                            .toList()))
            .toList();
    return new Scope(plain, scope.outer(), scope.ctes(), scope.level(), scope.rows());
  }

  private String assignments(Range target, Scope scope) {
    if (target.alias().equals("wards") && dice.onceIn(4)) {
      used.add(Construct.SUBSCRIPT);
      String text = expressions.of("text", plain(scope), 1);
      return dice.one(
          "plain_tags[2] = " + text,
          "plain_doc['word'] = to_jsonb(" + text + ")",
          "plain_person.word = " + text);
    }
    return columns(target, false).stream()
        .map(column -> column.name() + " = " + value(column, scope))
        .collect(Collectors.joining(", "));
  }

  private Query returning(String change, Scope scope, Range target) {
    used.add(Construct.RETURNING);
    if (dice.onceIn(6)) {
      return new Query(change + " RETURNING " + dice.one("*", "t", "t.*"), List.of());
    }
    boolean isOfBoth = dice.onceIn(2);
    Scope rows = scope;
    if (isOfBoth) {
      used.add(Construct.RETURNING_OLD_AND_NEW);
      rows = scope.with(new Range("o", target.columns())).with(new Range("new", target.columns()));
    }
    Query list = queries.list(List.of("text", dice.pick(Types.ALL)), rows, DEPTH);
    return new Query(
        change + " RETURNING " + (isOfBoth ? "WITH (OLD AS o) " : "") + list.sql(), list.columns());
  }
}

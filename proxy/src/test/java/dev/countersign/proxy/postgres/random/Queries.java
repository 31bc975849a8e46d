package dev.countersign.proxy.postgres.random;

import dev.countersign.proxy.postgres.random.Scope.Range;
import dev.countersign.proxy.postgres.random.Vocabulary.Column;
import dev.countersign.proxy.postgres.random.Vocabulary.Relation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** SELECT and what is like it, by chance. */
final class Queries {

  /** Names of columns and relations stand for others as well: names are what lineage goes by. */
  private static final String[] NAMES = {
    "a", "b", "plain_name", "redacted_name", "patients", "word", "x", "plain_doc", "notes"
  };

  /** Most statements about them are refused, or fail. */
  private static final Set<String> RARE = Set.of("called", "floors", "rooms", "vault");

  private static final int WIDEST = 4;

  /** A query and its columns, as far as others can name them. */
  record Query(String sql, List<Column> columns) {}

  /** The FROM clause of a query, and what it makes visible. */
  record From(String sql, Scope scope) {}

  private final Dice dice;
  private final Vocabulary vocabulary;
  private final Set<Construct> used;
  private final Expressions expressions;

  Queries(Dice dice, Vocabulary vocabulary, Set<Construct> used) {
    this.dice = dice;
    this.vocabulary = vocabulary;
    this.used = used;
    this.expressions = new Expressions(dice, vocabulary, used, this);
  }

  Expressions expressions() {
    return expressions;
  }

  /** Of one column and at most one row. */
  String single(String type, Scope outer, int depth) {
    String query = of(List.of(type), outer, depth).sql();
    return (query.matches(".* (LIMIT|OFFSET|FETCH) .*") ? around(query) : query) + " LIMIT 1";
  }

  /** A query that shows another. */
  private static String around(String query) {
    return "SELECT * FROM (" + query + ") AS q";
  }

  /** A query as it can stand behind a WITH clause. */
  static String behindWith(String query) {
    return query.startsWith("WITH ") ? around(query) : query;
  }

  /** Of any columns. */
  Query any(Scope outer, int depth) {
    List<String> types = new ArrayList<>();
    for (int i = dice.upTo(WIDEST); i > 0; i--) {
      types.add(dice.onceIn(2) ? "text" : dice.pick(Types.ALL));
    }
    return of(types, outer, depth);
  }

  /** Of columns of these types. */
  Query of(List<String> types, Scope outer, int depth) {
    Scope scope = outer.inside();
    if (depth > 1 && dice.onceIn(5)) {
      return withCte(types, scope, depth);
    }
    return depth > 0 && dice.onceIn(6)
        ? setOperation(types, scope, depth)
        : simple(types, scope, depth);
  }

  private Query withCte(List<String> types, Scope outer, int depth) {
    String name = dice.onceIn(3) ? dice.pick(vocabulary.relations()).name() : dice.one(NAMES);
    if (dice.onceIn(4)) {
      used.add(Construct.RECURSIVE);
      Range self = new Range("r", List.of(new Column("n", "integer"), new Column("t", "text")));
      Scope own = outer.with(self);
      Query rest = of(types, outer.withCte(new Relation(name, self.columns(), false)), depth - 1);
      return new Query(
          "WITH RECURSIVE %s(n, t) AS (SELECT 1, (%s) UNION ALL SELECT r.n + 1, %s FROM %s r WHERE r.n < 4)%s %s"
              .formatted(
                  name,
                  single("text", outer, 1),
                  expressions.of("text", own, 1),
                  name,
                  dice.onceIn(3) ? " SEARCH DEPTH FIRST BY n SET o" : "",
                  behindWith(rest.sql())),
          rest.columns());
    }
    used.add(Construct.CTE);
    Query cte = any(outer, depth - 1);
    Query rest = of(types, outer.withCte(new Relation(name, cte.columns(), false)), depth - 1);
    return new Query(
        "WITH %s AS %s(%s) %s"
            .formatted(
                name,
                dice.one("", "MATERIALIZED ", "NOT MATERIALIZED "),
                cte.sql(),
                behindWith(rest.sql())),
        rest.columns());
  }

  private Query setOperation(List<String> types, Scope scope, int depth) {
    used.add(Construct.SET_OPERATION);
    Query left = simple(types, scope, depth - 1);
    String operation =
        types.stream().allMatch(Queries::isSorted)
            ? dice.one("UNION ALL", "UNION ALL", "UNION", "EXCEPT", "INTERSECT ALL")
            : "UNION ALL";
    return new Query(
        "(" + left.sql() + ") " + operation + " (" + simple(types, scope, depth - 1).sql() + ")",
        left.columns());
  }

  private Query simple(List<String> types, Scope outer, int depth) {
    From from = from(outer, depth);
    String where = dice.onceIn(3) ? " WHERE " + expressions.of("boolean", from.scope(), depth) : "";
    return switch (dice.upTo(6)) {
      case 1 -> grouped(types, from, where, depth);
      case 2 -> {
        used.add(Construct.WINDOW);
        Query list = list(types, from.scope().windows(), depth);
        String order = expressions.of("integer", from.scope(), 1);
        yield new Query(
            "SELECT %s FROM %s%s WINDOW w AS (ORDER BY %s)"
                .formatted(list.sql(), from.sql(), where, "coalesce(" + order + ", 0)"),
            list.columns());
      }
      default -> {
        Query list = list(types, from.scope(), depth);
        yield new Query(
            "SELECT %s%s FROM %s%s%s"
                .formatted(
                    distinct(types), list.sql(), from.sql(), where, order(list, from, depth)),
            list.columns());
      }
    };
  }

  /** A SELECT of stars, rows and expressions: what a client would see. */
  Query open(Scope outer, int depth) {
    From from = from(outer.inside(), depth);
    used.add(Construct.STAR);
    Range range = dice.pick(from.scope().ranges());
    String list =
        switch (dice.upTo(5)) {
          case 1 -> "*";
          case 2 -> range.alias() + ".*, " + expressions.any(from.scope(), depth);
          case 3 -> range.alias();
          case 4 -> expressions.any(from.scope(), depth) + ", *";
          default -> "(" + range.alias() + ").*";
        };
    return new Query("SELECT " + list + " FROM " + from.sql(), List.of());
  }

  /** Values of others can be neither sorted nor compared. */
  private static boolean isSorted(String type) {
    return !type.equals("json") && !type.equals("xml");
  }

  private String distinct(List<String> types) {
    if (!types.stream().allMatch(Queries::isSorted) || !dice.onceIn(10)) {
      return "";
    }
    used.add(Construct.DISTINCT);
    return "DISTINCT ";
  }

  private String order(Query list, From from, int depth) {
    return switch (dice.upTo(8)) {
      case 1 -> isSorted(list.columns().getFirst().type()) ? " ORDER BY 1" : "";
      case 2 -> dice.one(" LIMIT 3 OFFSET 1", " OFFSET 0", " FETCH FIRST 2 ROWS ONLY");
      case 3 ->
          list.sql().startsWith("DISTINCT")
              ? ""
              : " ORDER BY coalesce(" + expressions.of("text", from.scope(), depth) + ", '')";
      default -> "";
    };
  }

  private Query grouped(List<String> types, From from, String where, int depth) {
    List<Range> keys = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (Range range : from.scope().ranges()) {
      List<Column> sortable =
          range.columns().stream().filter(column -> isSorted(column.type())).toList();
      if (!sortable.isEmpty() && dice.onceIn(2)) {
        Column key = dice.pick(sortable);
        keys.add(new Range(range.alias(), List.of(key)));
        names.add(range.alias() + "." + key.name());
      }
    }
    Scope groups = from.scope().groupedBy(keys);
    Query list = list(types, groups, depth);
    String by = "";
    if (!names.isEmpty()) {
      String all = String.join(", ", names);
      by =
          " GROUP BY "
              + dice.one(
                  all,
                  all,
                  "ROLLUP (" + all + ")",
                  "CUBE (" + all + ")",
                  "GROUPING SETS ((" + all + "), ())");
      if (by.contains("(")) {
        used.add(Construct.GROUPING_SETS);
      }
    }
    String having = dice.onceIn(6) ? " HAVING " + expressions.of("boolean", groups, 1) : "";
    return new Query(
        "SELECT " + list.sql() + " FROM " + from.sql() + where + by + having, list.columns());
  }

  /** A select list: its text, and its columns. */
  Query list(List<String> types, Scope scope, int depth) {
    List<String> texts = new ArrayList<>();
    List<Column> columns = new ArrayList<>();
    Set<String> taken = new HashSet<>();
    for (String type : types) {
      String name = dice.one(NAMES);
      String text = expressions.of(type, scope, depth);
      String own = taken.add(name) ? name : name + columns.size();
      columns.add(new Column(own, type));
      texts.add(text + " AS " + own);
    }
    return new Query(String.join(", ", texts), columns);
  }

  /** A FROM clause inside this scope. */
  From from(Scope outer, int depth) {
    From from = item(outer, outer, depth, false);
    if (dice.onceIn(3)) {
      from = joined(from, depth);
    }
    if (dice.onceIn(3)) {
      From right = item(from.scope(), from.scope(), depth - 1, dice.onceIn(2));
      return new From(from.sql() + ", " + right.sql(), right.scope());
    }
    return dice.onceIn(3) ? joined(from, depth) : from;
  }

  private From joined(From left, int depth) {
    boolean isLateral = dice.onceIn(2);
    From right = item(left.scope(), isLateral ? left.scope() : Scope.EMPTY, depth - 1, isLateral);
    used.add(Construct.JOIN);
    String kind = dice.one("JOIN", "LEFT JOIN", "CROSS JOIN", "RIGHT JOIN", "FULL JOIN");
    if (isLateral && (kind.startsWith("RIGHT") || kind.startsWith("FULL"))) {
      kind = "JOIN";
    }
    String on =
        switch (kind) {
          case "CROSS JOIN" -> "";
          // It can be merged or hashed.
          case "FULL JOIN" -> " ON " + key(left.scope()) + " = " + key(right.scope());
          default ->
              dice.onceIn(2) ? " ON true" : " ON " + expressions.of("boolean", right.scope(), 1);
        };
    return new From("(" + left.sql() + " " + kind + " " + right.sql() + on + ")", right.scope());
  }

  private String key(Scope scope) {
    Range last = scope.ranges().getLast();
    return last.columns().isEmpty()
        ? "1"
        : last.alias() + "." + last.columns().getFirst().name() + "::text";
  }

  /**
   * An item of a FROM clause.
   *
   * @param scope what it is added to
   * @param visible what it can read
   */
  From item(Scope scope, Scope visible, int depth, boolean isLateral) {
    String alias = freshAlias(scope);
    if (depth > 0 && dice.onceIn(4)) {
      Query query = any(isLateral ? visible : scope.outer().orElse(Scope.EMPTY), depth - 1);
      if (isLateral) {
        used.add(Construct.LATERAL);
      }
      return renamed(
          scope, (isLateral ? "LATERAL " : "") + "(" + query.sql() + ")", alias, query.columns());
    }
    if (depth > 0 && dice.onceIn(4)) {
      Form form = dice.pick(vocabulary.ranges());
      used.add(form.construct());
      List<Column> columns =
          Stream.of(form.type().split(","))
              .map(column -> column.split(":"))
              .map(column -> new Column(column[0], column[1]))
              .toList();
      // VALUES would have to say that it is lateral.
      Scope inside = form.construct() == Construct.VALUES ? Scope.EMPTY : visible;
      String text =
          new Form(form.construct(), form.type(), form.text().replace("{alias}", alias))
              .filled(hole -> expressions.filling(hole, inside, 1));
      return new From(text, scope.with(new Range(alias, columns)));
    }
    Relation relation = relation(scope);
    if (relation.isTable() && dice.onceIn(15)) {
      used.add(Construct.TABLESAMPLE);
      return new From(
          relation.name() + " AS " + alias + " TABLESAMPLE SYSTEM (100)",
          scope.with(new Range(alias, relation.columns())));
    }
    return renamed(scope, relation.name(), alias, relation.columns());
  }

  private Relation relation(Scope scope) {
    List<Relation> ctes = scope.ctes();
    if (!ctes.isEmpty() && dice.onceIn(2)) {
      return dice.pick(ctes);
    }
    // Most have no row that cannot be read.
    List<Relation> there =
        vocabulary.relations().stream()
            .filter(relation -> ctes.stream().noneMatch(cte -> cte.name().equals(relation.name())))
            .filter(relation -> !RARE.contains(relation.name()) || dice.onceIn(8))
            .toList();
    return dice.pick(there);
  }

  /** Under an alias, sometimes with other names for its first columns. */
  private From renamed(Scope scope, String text, String alias, List<Column> columns) {
    if (columns.isEmpty() || !dice.onceIn(6)) {
      return new From(text + " AS " + alias, scope.with(new Range(alias, columns)));
    }
    used.add(Construct.COLUMN_ALIASES);
    List<Column> renamed = new ArrayList<>(columns);
    int count = dice.upTo(Math.min(columns.size(), WIDEST));
    for (int i = 0; i < count; i++) {
      renamed.set(i, new Column(dice.one("y", "z", "col") + i, columns.get(i).type()));
    }
    String names =
        renamed.stream().limit(count).map(Column::name).collect(Collectors.joining(", "));
    return new From(
        text + " AS " + alias + "(" + names + ")", scope.with(new Range(alias, renamed)));
  }

  private String freshAlias(Scope scope) {
    String alias = dice.one(NAMES);
    return scope.ranges().stream().anyMatch(range -> range.alias().equals(alias))
        ? "r" + scope.ranges().size()
        : alias;
  }
}

package dev.countersign.proxy.postgres.sql;

import java.util.List;
import java.util.Optional;

/** The names and stars of a target list. */
final class Target {

  private Target() {}

  /**
   * Whether a ResTarget stands for any number of columns: {@code *}, {@code c.*}, {@code (c).*}.
   */
  static boolean isStar(Node target) {
    return isStarValue(target.path("ResTarget").path("val"));
  }

  /** Whether an expression of a row is a star: VALUES takes them, too. */
  static boolean isStarValue(Node value) {
    Node path =
        value.has("ColumnRef")
            ? value.path("ColumnRef").path("fields")
            : value.path("A_Indirection").path("indirection");
    return !path.isEmpty() && path.path(path.size() - 1).has("A_Star");
  }

  /**
   * The name of the output column, where it is beyond doubt: given, or that of the column or
   * function that PostgreSQL's FigureColname finds first. Other names are left open.
   */
  static Optional<String> name(Node target) {
    String given = Tree.text(target.path("ResTarget"), "name");
    return given.isEmpty() ? figure(target.path("ResTarget").path("val")) : Optional.of(given);
  }

  private static Optional<String> figure(Node value) {
    Node body = Tree.body(value);
    return switch (Tree.kind(value)) {
      case "ColumnRef" -> last(Tree.strings(body.path("fields")));
      case "FuncCall" -> last(Tree.strings(body.path("funcname")));
      case "A_Indirection" -> {
        Optional<String> field = last(Tree.strings(body.path("indirection")));
        yield field.isPresent() ? field : figure(body.path("arg"));
      }
      case "TypeCast", "CollateClause" -> figure(body.path("arg"));
      default -> Optional.empty();
    };
  }

  private static Optional<String> last(List<String> names) {
    return names.isEmpty() ? Optional.empty() : Optional.of(names.getLast());
  }
}

package dev.countersign.proxy.postgres;

import dev.countersign.proxy.postgres.sql.ClassifiedStatement;
import dev.countersign.proxy.postgres.sql.Kind;
import dev.countersign.proxy.postgres.wire.RowDescription;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A statement prepared by the extended protocol. Confined to the session's event loop.
 *
 * <p>The upstream knows it by a name of the gateway's, which no other statement of the session ever
 * had: what was judged and what the name means upstream can not come apart (PG-P21).
 */
final class PreparedStatement {

  final String name;
  final String upstreamName;
  final String text;
  final List<Integer> parameterTypes;

  /** Empty for a text without a statement. */
  final Optional<ClassifiedStatement> classified;

  /** Makes of what its text says what the upstream has. */
  private final UnaryOperator<ClassifiedStatement> sent;

  /** What the upstream said of its columns, with formats unchosen; null until it did. */
  @Nullable RowDescription description;

  PreparedStatement(
      String name,
      String upstreamName,
      String text,
      List<Integer> parameterTypes,
      Optional<ClassifiedStatement> classified,
      UnaryOperator<ClassifiedStatement> sent) {
    this.name = name;
    this.upstreamName = upstreamName;
    this.text = text;
    this.parameterTypes = parameterTypes;
    this.classified = classified;
    this.sent = sent;
  }

  /**
   * A statement that a PREPARE has made. The upstream knows it by the client's name.
   *
   * @param inner whose text is the PREPARE
   */
  static PreparedStatement ofSql(String name, ClassifiedStatement inner) {
    return new PreparedStatement(
        name, name, inner.text(), List.of(), Optional.of(inner), PreparedStatement::inner);
  }

  /** A FETCH in place of an Execute of a cursor that a SQL command has declared. */
  static PreparedStatement fetch(String cursor) {
    return new PreparedStatement(
        "",
        "",
        "FETCH ALL FROM \"" + cursor.replace("\"", "\"\"") + "\"",
        List.of(),
        Optional.empty(),
        UnaryOperator.identity());
  }

  private static ClassifiedStatement inner(ClassifiedStatement statement) {
    return statement.kind() instanceof Kind.Prepare(String _, ClassifiedStatement inner)
        ? inner
        : statement;
  }

  ProtocolNames.Name names() {
    return new ProtocolNames.Name(name, upstreamName);
  }

  /** What a fresh look at its text found, as the upstream has it. */
  List<ClassifiedStatement> asSent(List<ClassifiedStatement> found) {
    return found.stream().map(sent).toList();
  }

  /**
   * What running it is, for the journal and for approvers: of a statement that a PREPARE has made
   * the PREPARE is not it.
   */
  String run() {
    boolean isOfSql = upstreamName.equals(name) && !name.isEmpty();
    return isOfSql ? "EXECUTE \"" + name.replace("\"", "\"\"") + "\"\n-- runs: " + text : text;
  }

  /** Whether what it runs is known only by a name. */
  boolean runsByName() {
    return classified.map(ClassifiedStatement::runsByName).orElse(false);
  }
}

package dev.countersign.proxy.postgres;

import dev.countersign.proxy.postgres.sql.ClassifiedStatement;
import dev.countersign.proxy.postgres.sql.Kind;
import dev.countersign.proxy.postgres.wire.Target;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The prepared statements and cursors that a session made by SQL commands. Changed when the server
 * says that a command has completed, never when the client asks for it.
 *
 * <p>Confined to the session's event loop.
 */
final class SessionNames {

  /** Names that the gateway gives to statements and portals of the extended protocol. */
  static final String RESERVED_PREFIX = "cs_";

  private final int limit;
  private final ProtocolNames protocol;
  private final Map<String, ClassifiedStatement> prepared;
  private final Cursors cursors;

  /**
   * @param limit how many statements, and how many cursors, there may be
   * @param protocol what the client has named in the extended protocol
   */
  SessionNames(int limit, ProtocolNames protocol) {
    this(limit, protocol, new HashMap<>(), new Cursors());
  }

  private SessionNames(
      int limit,
      ProtocolNames protocol,
      Map<String, ClassifiedStatement> prepared,
      Cursors cursors) {
    this.limit = limit;
    this.protocol = protocol;
    this.prepared = prepared;
    this.cursors = cursors;
  }

  SessionNames copy() {
    return new SessionNames(limit, protocol, new HashMap<>(prepared), cursors.copy());
  }

  /** Whether there must not be another of the sort. */
  boolean isFull(Target target) {
    return limit
        <= switch (target) {
          case STATEMENT -> prepared.size();
          case PORTAL -> cursors.size();
        };
  }

  Optional<ClassifiedStatement> prepared(String name) {
    return Optional.ofNullable(prepared.get(name));
  }

  Optional<ClassifiedStatement> cursor(String name) {
    return cursors.rows(name);
  }

  /**
   * What a statement that runs something by its name would run now.
   *
   * @param statement as it is sent
   */
  Optional<ClassifiedStatement> named(ClassifiedStatement statement) {
    return switch (statement.kind()) {
      case Kind.Execute(String name) ->
          prepared(name).or(() -> protocol.prepared(name)).filter(SessionNames::runsByItself);
      case Kind.Fetch(String cursor) ->
          cursor(cursor).or(() -> protocol.rows(cursor)).filter(SessionNames::runsByItself);
      case Kind.Deallocate _, Kind.CloseCursor _, Kind.Naming _, Kind.Nameless _ ->
          Optional.empty();
    };
  }

  /**
   * What EXECUTE may run. The extended protocol prepares everything, also what would change the
   * session behind another statement's back.
   */
  private static boolean runsByItself(ClassifiedStatement statement) {
    return switch (statement.kind()) {
      case Kind.Plain _, Kind.Explain _ -> true;
      case Kind.Naming _,
          Kind.Referring _,
          Kind.Discard _,
          Kind.SetParameter _,
          Kind.Transaction _,
          Kind.AlterRole _,
          Kind.Copy _ ->
          false;
    };
  }

  /** A message of the extended protocol has dropped a name that a SQL command made. */
  void closed(Target target, String name) {
    switch (target) {
      case STATEMENT -> prepared.remove(name);
      case PORTAL -> cursors.closed(name);
    }
  }

  /**
   * A statement of that kind has completed.
   *
   * @param isCommitted whether it has committed a transaction
   */
  void completed(Kind kind, boolean isCommitted) {
    switch (kind) {
      case Kind.Prepare(String name, ClassifiedStatement inner) -> prepared.put(name, inner);
      case Kind.Deallocate(Optional<String> name) ->
          name.ifPresentOrElse(prepared::remove, prepared::clear);
      case Kind.DeclareCursor cursor -> cursors.declared(cursor);
      case Kind.CloseCursor(Optional<String> name) ->
          name.ifPresentOrElse(cursors::closed, cursors::closedAll);
      case Kind.Discard(boolean all) -> {
        if (all) {
          prepared.clear();
          cursors.closedAll();
        }
      }
      case Kind.Transaction transaction -> cursors.completed(transaction, isCommitted);
      case Kind.Running _,
          Kind.Plain _,
          Kind.SetParameter _,
          Kind.AlterRole _,
          Kind.Copy _,
          Kind.Explain _ -> {}
    }
  }

  /** The server has said that there is no transaction any more. */
  void transactionEnded(boolean isCommitted) {
    cursors.transactionEnded(isCommitted);
  }
}

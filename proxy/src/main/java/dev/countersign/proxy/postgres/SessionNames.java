package dev.countersign.proxy.postgres;

import dev.countersign.proxy.postgres.sql.ClassifiedStatement;
import dev.countersign.proxy.postgres.sql.Kind;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The prepared statements and cursors that a session made by SQL commands. Changed when the server
 * says that a command has completed, never when the client asks for it.
 *
 * <p>A cursor that ended with its transaction stays listed: fetching from it is the server's error
 * to report, and declaring it anew replaces it. Confined to the session's event loop.
 */
final class SessionNames {

  /** Names that the gateway gives to statements and portals of the extended protocol. */
  static final String RESERVED_PREFIX = "cs_";

  private final Map<String, ClassifiedStatement> prepared;
  private final Map<String, ClassifiedStatement> cursors;

  SessionNames() {
    this(new HashMap<>(), new HashMap<>());
  }

  private SessionNames(
      Map<String, ClassifiedStatement> prepared, Map<String, ClassifiedStatement> cursors) {
    this.prepared = prepared;
    this.cursors = cursors;
  }

  SessionNames copy() {
    return new SessionNames(new HashMap<>(prepared), new HashMap<>(cursors));
  }

  Optional<ClassifiedStatement> prepared(String name) {
    return Optional.ofNullable(prepared.get(name));
  }

  Optional<ClassifiedStatement> cursor(String name) {
    return Optional.ofNullable(cursors.get(name));
  }

  /** What a statement that runs something by its name would run now. */
  Optional<ClassifiedStatement> named(ClassifiedStatement statement) {
    return switch (statement.kind()) {
      case Kind.Execute(String name) -> prepared(name);
      case Kind.Fetch(String cursor) -> cursor(cursor);
      case Kind.Plain _,
          Kind.Prepare _,
          Kind.Deallocate _,
          Kind.DeclareCursor _,
          Kind.CloseCursor _,
          Kind.Discard _,
          Kind.SetParameter _,
          Kind.Transaction _,
          Kind.Copy _,
          Kind.Explain _ ->
          Optional.empty();
    };
  }

  /** A statement of that kind has completed. */
  void completed(Kind kind) {
    switch (kind) {
      case Kind.Prepare(String name, ClassifiedStatement inner) -> prepared.put(name, inner);
      case Kind.Deallocate(Optional<String> name) ->
          name.ifPresentOrElse(prepared::remove, prepared::clear);
      case Kind.DeclareCursor(String name, ClassifiedStatement inner) -> cursors.put(name, inner);
      case Kind.CloseCursor(Optional<String> name) ->
          name.ifPresentOrElse(cursors::remove, cursors::clear);
      case Kind.Discard(boolean all) -> {
        if (all) {
          prepared.clear();
          cursors.clear();
        }
      }
      case Kind.Plain _,
          Kind.Execute _,
          Kind.Fetch _,
          Kind.SetParameter _,
          Kind.Transaction _,
          Kind.Copy _,
          Kind.Explain _ -> {}
    }
  }
}

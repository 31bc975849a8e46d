package dev.countersign.proxy.postgres;

import dev.countersign.proxy.postgres.sql.ClassifiedStatement;
import dev.countersign.proxy.postgres.sql.Kind;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The cursors that a session declared by SQL commands and that are still open. Under the name of
 * one that is not, a function in the database could open another, with rows that nobody has judged.
 * Confined to the session's event loop.
 */
final class Cursors {

  /** Of no transaction any more. */
  private static final int COMMITTED = -1;

  /**
   * A cursor.
   *
   * @param rows whose rows it gives
   * @param isHeld whether it outlives its transaction
   * @param level as in {@link Savepoints}
   */
  private record Cursor(ClassifiedStatement rows, boolean isHeld, int level) {
    Cursor at(int other) {
      return new Cursor(rows, isHeld, Math.min(level, other));
    }
  }

  private final Map<String, Cursor> open;
  private final Savepoints savepoints;

  Cursors() {
    this(new HashMap<>(), new Savepoints());
  }

  private Cursors(Map<String, Cursor> open, Savepoints savepoints) {
    this.open = open;
    this.savepoints = savepoints;
  }

  Cursors copy() {
    return new Cursors(new HashMap<>(open), savepoints.copy());
  }

  int size() {
    return open.size();
  }

  Optional<ClassifiedStatement> rows(String name) {
    return Optional.ofNullable(open.get(name)).map(Cursor::rows);
  }

  void declared(Kind.DeclareCursor cursor) {
    open.put(cursor.name(), new Cursor(cursor.inner(), cursor.isHeld(), savepoints.level()));
  }

  void closed(String name) {
    open.remove(name);
  }

  void closedAll() {
    open.clear();
  }

  /**
   * A statement about the transaction has completed.
   *
   * @param isCommitted whether it has committed
   */
  void completed(Kind.Transaction transaction, boolean isCommitted) {
    switch (transaction.step()) {
      case END -> transactionEnded(isCommitted);
      case SAVEPOINT -> savepoints.set(transaction.savepoint());
      case RELEASE -> {
        int level = savepoints.released(transaction.savepoint());
        open.replaceAll((name, cursor) -> cursor.at(level));
      }
      case ROLLBACK_TO -> {
        int gone = savepoints.rolledBackTo(transaction.savepoint());
        open.values().removeIf(cursor -> cursor.level() >= gone);
      }
      case BEGIN, TWO_PHASE -> {}
    }
  }

  void transactionEnded(boolean isCommitted) {
    savepoints.clear();
    open.values()
        .removeIf(cursor -> cursor.level() > COMMITTED && !(isCommitted && cursor.isHeld()));
    open.replaceAll((name, cursor) -> cursor.at(COMMITTED));
  }
}

package dev.countersign.proxy.postgres.sql;

import java.util.List;
import java.util.Optional;

/** What the state of a session must know of a statement. */
public sealed interface Kind {

  /** A statement that leaves the session as it is. */
  record Plain() implements Kind {}

  /** {@code PREPARE name AS inner}. */
  record Prepare(String name, ClassifiedStatement inner) implements Kind {}

  /** {@code EXECUTE name}. */
  record Execute(String name) implements Kind {}

  /** {@code DEALLOCATE name}; empty for ALL. */
  record Deallocate(Optional<String> name) implements Kind {}

  /** {@code DECLARE name CURSOR FOR inner}. */
  record DeclareCursor(String name, ClassifiedStatement inner) implements Kind {}

  /** {@code FETCH} or {@code MOVE}. */
  record Fetch(String cursor) implements Kind {}

  /** {@code CLOSE cursor}; empty for ALL. */
  record CloseCursor(Optional<String> cursor) implements Kind {}

  /** {@code DISCARD}; all is true for ALL, which drops prepared statements and cursors too. */
  record Discard(boolean all) implements Kind {}

  /**
   * {@code SET} or {@code RESET}; the values are empty for DEFAULT and RESET, name is "all" for
   * RESET ALL.
   */
  record SetParameter(String name, List<String> values) implements Kind {
    public SetParameter {
      values = List.copyOf(values);
    }
  }

  /**
   * BEGIN, COMMIT, ROLLBACK, SAVEPOINT and the like.
   *
   * @param savepoint the name of the savepoint it is about; may be empty
   */
  record Transaction(Step step, String savepoint) implements Kind {

    /** What becomes of the transaction. */
    public enum Step {
      BEGIN,
      /** COMMIT or ROLLBACK, also where another one follows. */
      END,
      SAVEPOINT,
      RELEASE,
      ROLLBACK_TO,
      /** PREPARE TRANSACTION, COMMIT PREPARED and ROLLBACK PREPARED. */
      TWO_PHASE
    }
  }

  /**
   * {@code COPY}.
   *
   * @param isFromClient whether rows come from the client: {@code FROM STDIN}
   * @param isStream whether they go over the connection, and not to or from the server's files and
   *     programs
   */
  record Copy(boolean isFromClient, boolean isStream) implements Kind {}

  /** {@code EXPLAIN inner}, with or without ANALYZE. */
  record Explain(ClassifiedStatement inner) implements Kind {}
}

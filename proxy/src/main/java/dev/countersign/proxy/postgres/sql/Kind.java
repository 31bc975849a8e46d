package dev.countersign.proxy.postgres.sql;

import java.util.List;
import java.util.Optional;

/** What the state of a session must know of a statement. */
public sealed interface Kind {

  /** Gives a name to a statement. */
  sealed interface Naming extends Kind {
    String name();

    ClassifiedStatement inner();
  }

  /** Is about what a name stands for, or all names of its sort do. */
  sealed interface Referring extends Kind {

    /** The name; empty for all. */
    Optional<String> refersTo();

    /** The same about another name. */
    Kind referringTo(String name);
  }

  /** Runs what a name stands for: that is not in its text. */
  sealed interface Running extends Referring {
    String name();

    @Override
    default Optional<String> refersTo() {
      return Optional.of(name());
    }
  }

  /** Is about no name. */
  sealed interface Nameless extends Kind {}

  /** A statement that leaves the session as it is. */
  record Plain() implements Nameless {}

  /** {@code PREPARE name AS inner}. */
  record Prepare(String name, ClassifiedStatement inner) implements Naming {}

  /** {@code EXECUTE name}. */
  record Execute(String name) implements Running {
    @Override
    public Kind referringTo(String other) {
      return new Execute(other);
    }
  }

  /** {@code DEALLOCATE name}; empty for ALL. */
  record Deallocate(Optional<String> refersTo) implements Referring {
    @Override
    public Kind referringTo(String other) {
      return new Deallocate(Optional.of(other));
    }
  }

  /**
   * {@code DECLARE name CURSOR FOR inner}.
   *
   * @param isHeld WITH HOLD: it outlives its transaction if that is committed
   */
  record DeclareCursor(String name, ClassifiedStatement inner, boolean isHeld) implements Naming {}

  /** {@code FETCH} or {@code MOVE}. */
  record Fetch(String name) implements Running {
    @Override
    public Kind referringTo(String other) {
      return new Fetch(other);
    }
  }

  /** {@code CLOSE name}; empty for ALL. */
  record CloseCursor(Optional<String> refersTo) implements Referring {
    @Override
    public Kind referringTo(String other) {
      return new CloseCursor(Optional.of(other));
    }
  }

  /** {@code DISCARD}; all is true for ALL, which drops prepared statements and cursors too. */
  record Discard(boolean all) implements Nameless {}

  /**
   * {@code SET} or {@code RESET}; the values are empty for DEFAULT and RESET, name is "all" for
   * RESET ALL.
   */
  record SetParameter(String name, List<String> values) implements Nameless {
    public SetParameter {
      values = List.copyOf(values);
    }
  }

  /**
   * BEGIN, COMMIT, ROLLBACK, SAVEPOINT and the like.
   *
   * @param savepoint the name of the savepoint it is about; may be empty
   */
  record Transaction(Step step, String savepoint) implements Nameless {

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
   * {@code ALTER ROLE} and its like.
   *
   * @param role its name; empty for the session's own, said by a keyword, and for ALL
   */
  record AlterRole(String role) implements Nameless {}

  /**
   * {@code COPY}.
   *
   * @param isFromClient whether rows come from the client: {@code FROM STDIN}
   * @param isStream whether they go over the connection, and not to or from the server's files and
   *     programs
   */
  record Copy(boolean isFromClient, boolean isStream) implements Nameless {}

  /** {@code EXPLAIN inner}, with or without ANALYZE. */
  record Explain(ClassifiedStatement inner) implements Nameless {}
}

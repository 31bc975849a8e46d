package dev.countersign.rules.fact;

/**
 * What a part of a SQL statement does to an object. The words are those of PostgreSQL's commands.
 */
public enum SqlVerb {
  SELECT(false),
  INSERT(true),
  UPDATE(true),
  DELETE(true),
  MERGE(true),
  TRUNCATE(true),
  CREATE(true),
  ALTER(true),
  DROP(true),
  GRANT(true),
  REVOKE(true),
  COPY_TO(false),
  COPY_FROM(true),
  LOCK(true),
  /** A function or procedure that is not known to be pure, by CALL or in an expression. */
  CALL(true),
  /** An anonymous code block. */
  DO(true),
  /** EXECUTE of a prepared statement that the gateway does not know. */
  EXECUTE(true),
  /** FETCH, MOVE or CLOSE of a cursor that the gateway does not know. */
  FETCH(true),
  /** SET or RESET; the object is the parameter's name. */
  SET(false),
  SHOW(false),
  /** BEGIN, COMMIT, ROLLBACK, SAVEPOINT and the like. */
  TRANSACTION(false),
  LISTEN(false),
  NOTIFY(true),
  /** VACUUM, ANALYZE, REINDEX, CLUSTER, CHECKPOINT, REFRESH MATERIALIZED VIEW. */
  MAINTAIN(true),
  /** Any statement PostgreSQL knows and the list above does not. */
  OTHER(true);

  private final boolean changesState;

  SqlVerb(boolean changesState) {
    this.changesState = changesState;
  }

  /** Whether it can change something that outlives the session. */
  public boolean changesState() {
    return changesState;
  }
}

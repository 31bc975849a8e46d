package dev.countersign.audit.query;

/** A query that cannot be understood; the message says where, and what to write instead. */
public final class QueryException extends RuntimeException {

  private static final long serialVersionUID = 1;

  QueryException(int position, String message) {
    super("at character " + (position + 1) + ": " + message);
  }
}

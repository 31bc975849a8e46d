package dev.countersign.decision.http;

import static java.util.Objects.requireNonNull;

/**
 * One method on one path.
 *
 * @param type the media type of its answer
 * @param maxBody bytes that a request may have in its body
 */
record Route(Kind kind, String method, String path, String type, int maxBody, Operation operation) {

  /** What comes of a call, and so what is done before it. */
  enum Kind {
    /** Anybody may call, without a token. */
    OPEN,
    /** Changes nothing. */
    READ,
    /** Changes something: it is on the record before it runs, and runs once for a key. */
    CHANGE,
    /** Asks the policy; changes nothing, and is asked often. */
    QUESTION
  }

  Route {
    requireNonNull(kind, "kind");
    requireNonNull(operation, "operation");
  }

  /** As the OpenAPI document names it. */
  String name() {
    return method + " " + path;
  }
}

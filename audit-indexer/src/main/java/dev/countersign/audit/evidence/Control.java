package dev.countersign.audit.evidence;

import static java.util.Objects.requireNonNull;

import dev.countersign.audit.query.Condition;
import dev.countersign.audit.query.QueryParser;
import java.util.Locale;
import java.util.Optional;

/**
 * A control of NIST SP 800-53 revision 5, and what this product has to say about it.
 *
 * @param id as the catalogue prints it, e.g. {@code AC-3(2)}
 * @param title its name there
 * @param status how much of it the gateway does
 * @param evidenced what the record shows of it
 * @param owner what stays with the organisation
 * @param query the events that belong to it
 * @param check the automatic test over them, if there is one
 * @param test the test of this project that shows that the gateway does so
 */
record Control(
    String id,
    String title,
    Status status,
    String evidenced,
    String owner,
    String query,
    Optional<Check> check,
    String test) {

  /** The implementation status of a component, in OSCAL's words. */
  enum Status {
    IMPLEMENTED,
    PARTIAL,
    /** Somebody else does it, and the record shows that it was done. */
    INHERITED;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  Control {
    requireNonNull(title, "title");
    requireNonNull(status, "status");
    requireNonNull(evidenced, "evidenced");
    requireNonNull(owner, "owner");
    requireNonNull(query, "query");
    requireNonNull(check, "check");
    requireNonNull(test, "test");
    if (!id.matches("[A-Z]{2}-\\d{1,2}(\\(\\d{1,2}\\))?")) {
      throw new IllegalArgumentException("not the id of a control: " + id);
    }
  }

  Condition condition() {
    return QueryParser.parse(query);
  }

  /** {@code AC}. */
  String family() {
    return id.substring(0, 2);
  }

  /** As OSCAL writes it: {@code ac-3.2}. */
  String oscalId() {
    return id.toLowerCase(Locale.ROOT).replace("(", ".").replace(")", "");
  }

  /** As a file name. */
  String fileName() {
    return oscalId();
  }
}

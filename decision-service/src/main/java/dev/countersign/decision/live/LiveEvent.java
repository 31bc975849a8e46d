package dev.countersign.decision.live;

import static java.util.Objects.requireNonNull;

import dev.countersign.rules.fact.Subject;
import java.time.Instant;
import java.util.Locale;

/**
 * Something that became true of an approval, a grant or a session.
 *
 * @param id counts upwards, with gaps, in the order in which things became true
 * @param state what became of it, such as {@code waiting} or {@code closed}
 * @param about the id of the approval, the grant or the session
 * @param subject whose it is
 */
public record LiveEvent(
    long id, Instant at, Kind kind, String state, String about, Subject subject, String resource) {

  /** What it is about. */
  public enum Kind {
    APPROVAL,
    GRANT,
    SESSION;

    /** As it begins the name of an event's type. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public LiveEvent {
    requireNonNull(at, "at");
    requireNonNull(kind, "kind");
    requireNonNull(subject, "subject");
  }

  /** The name of its type, such as {@code approval.waiting}. */
  public String type() {
    return kind.word() + "." + state;
  }
}

package dev.countersign.audit.index;

import dev.countersign.audit.event.Event;
import java.util.Optional;

/** How people name a decision, and with it a command: {@code session/command}. */
final class DecisionId {

  private DecisionId() {}

  /** The decision that an event is about, if it is about one. */
  static Optional<String> of(Event event) {
    return switch (event) {
      case Event.CommandDecided e -> Optional.of(e.session() + "/" + e.command());
      case Event.ApprovalRequested e -> Optional.of(e.session() + "/" + e.command());
      case Event.ApprovalAnswered e -> Optional.of(e.session() + "/" + e.command());
      case Event.CommandCompleted e -> Optional.of(e.session() + "/" + e.command());
      case Event.ContentRecorded e -> Optional.of(e.session() + "/" + e.command());
      case Event.ValuesExposed e -> Optional.of(e.session() + "/" + e.command());
      default -> Optional.empty();
    };
  }
}

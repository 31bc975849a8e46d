package dev.countersign.audit.index;

import static java.util.Objects.requireNonNull;

import dev.countersign.audit.event.Event;
import dev.countersign.rules.fact.Subject;
import java.util.List;
import java.util.Optional;

/**
 * What an event is about without saying it: later events name only their session and the number of
 * their command.
 *
 * @param session how its session began
 * @param command the decision about its command
 * @param approvers who has said yes to that command so far
 */
record Background(
    Optional<Event.SessionOpened> session,
    Optional<Event.CommandDecided> command,
    List<Subject> approvers) {

  static final Background NONE = new Background(Optional.empty(), Optional.empty(), List.of());

  Background {
    requireNonNull(session, "session");
    requireNonNull(command, "command");
    approvers = List.copyOf(approvers);
  }
}

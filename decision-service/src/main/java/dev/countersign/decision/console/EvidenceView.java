package dev.countersign.decision.console;

import java.util.List;
import java.util.Optional;

/**
 * The page about evidence.
 *
 * @param from the period's first day
 * @param until its last day
 * @param controls what was asked for
 * @param states what the record shows of each control; none before it was looked at
 * @param verification what verifying the record found, if that was asked for
 */
record EvidenceView(
    String from,
    String until,
    String controls,
    List<EvidenceRoom.ControlState> states,
    Optional<EvidenceRoom.Verification> verification,
    Optional<String> problem) {

  EvidenceView {
    states = List.copyOf(states);
  }

  static String look(EvidenceRoom.ControlState state) {
    return state.exceptions() > 0 ? "bad" : state.examined() > 0 ? "good" : "";
  }

  long exceptions() {
    return states.stream().mapToLong(EvidenceRoom.ControlState::exceptions).sum();
  }
}

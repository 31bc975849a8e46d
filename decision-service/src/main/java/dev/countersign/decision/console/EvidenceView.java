package dev.countersign.decision.console;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The page about evidence.
 *
 * @param from the period's first day
 * @param until its last day
 * @param controls what was asked for
 * @param states what the record shows of each control; empty if that comes after the page, or was
 *     not asked for
 * @param later where it comes from then
 * @param verification what verifying the record found, if that was asked for
 */
record EvidenceView(
    String from,
    String until,
    String controls,
    Optional<States> states,
    Optional<String> later,
    Optional<EvidenceRoom.Verification> verification,
    Optional<String> problem) {

  /** What the record showed, and when. */
  record States(List<EvidenceRoom.ControlState> list, Instant at) {

    States {
      list = List.copyOf(list);
    }

    long exceptions() {
      return list.stream().mapToLong(EvidenceRoom.ControlState::exceptions).sum();
    }
  }

  static String look(EvidenceRoom.ControlState state) {
    return state.exceptions() > 0 ? "bad" : state.examined() > 0 ? "good" : "";
  }
}

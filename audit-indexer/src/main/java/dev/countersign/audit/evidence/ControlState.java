package dev.countersign.audit.evidence;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the record shows of one control in a period, at a glance.
 *
 * @param id of SP 800-53, e.g. {@code AC-5}
 * @param gateway what the gateway does for it, in a word
 * @param events how many events of the period belong to it
 * @param examined how many of them its automatic test looked at
 * @param exceptions how many came out otherwise than they should
 * @param outcome in a word
 */
public record ControlState(
    String id,
    String title,
    String gateway,
    long events,
    long examined,
    long exceptions,
    String outcome) {

  public ControlState {
    requireNonNull(id, "id");
    requireNonNull(title, "title");
    requireNonNull(gateway, "gateway");
    requireNonNull(outcome, "outcome");
  }

  /**
   * Each control of a period.
   *
   * @throws IllegalArgumentException if a control is asked for that there is no evidence for
   */
  public static List<ControlState> of(EvidenceRequest request) throws IOException {
    List<Control> controls = ControlCatalogue.select(request.controls());
    Gathering gathering = Gathering.of(request, controls);
    Map<Check, CheckResult> results = gathering.results();
    List<ControlState> states = new ArrayList<>();
    for (Control control : controls) {
      Optional<CheckResult> result = control.check().map(results::get);
      states.add(
          new ControlState(
              control.id(),
              control.title(),
              control.status().word(),
              gathering.size(control),
              result.map(CheckResult::examined).orElse(0L),
              result.map(CheckResult::exceptions).orElse(0L),
              SummaryPage.outcome(control, results)));
    }
    return List.copyOf(states);
  }
}

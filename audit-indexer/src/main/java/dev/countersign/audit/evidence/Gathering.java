package dev.countersign.audit.evidence;

import static java.util.Objects.requireNonNull;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.EventType;
import dev.countersign.audit.event.RecordedEvent;
import dev.countersign.audit.index.Reading;
import dev.countersign.audit.index.Reading.Read;
import dev.countersign.audit.journal.JournalException;
import dev.countersign.audit.journal.JournalReader;
import dev.countersign.audit.query.Field;
import dev.countersign.audit.replay.EventLine;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What the journal holds for some controls in a period: one walk through it, and one for samples.
 */
final class Gathering {

  private static final List<Field> COLUMNS =
      List.of(
          Field.EVENT,
          Field.DECISION,
          Field.SUBJECT,
          Field.OWNER,
          Field.ADDRESS,
          Field.RESOURCE,
          Field.VERB,
          Field.TABLE,
          Field.REF,
          Field.OBJECT,
          Field.VERDICT,
          Field.RULE,
          Field.RISK,
          Field.POLICY,
          Field.APPROVAL,
          Field.APPROVER,
          Field.ANSWER,
          Field.STATUS,
          Field.ROWS,
          Field.MASKED,
          Field.OUTCOME);

  private static final int LINE = 2_000;

  private final EvidenceRequest request;
  private final Map<Control, Csv> populations = new LinkedHashMap<>();
  private final Map<Control, Long> sizes = new LinkedHashMap<>();
  private final Map<Control, Sample> samples = new LinkedHashMap<>();
  private final ApprovalChains approvals = new ApprovalChains();
  private final Csv policies = new Csv("time", "record", "event", "version", "source", "rows");
  private final PolicyChanges changes;
  private final Checks checks;
  private final Span span = new Span();
  private final List<RecordedEvent> readings = new ArrayList<>();

  /** Where the period is in the journal. */
  static final class Span {
    long first;
    long last;
    long read;
    Optional<String> problem = Optional.empty();
  }

  private Gathering(EvidenceRequest request, List<Control> controls) {
    this.request = request;
    changes = new PolicyChanges(request.workbooks());
    checks = new Checks(request.journal(), request.from());
    String[] heading = new String[COLUMNS.size() + 2];
    heading[0] = "time";
    heading[1] = "record";
    for (int i = 0; i < COLUMNS.size(); i++) {
      heading[i + 2] = COLUMNS.get(i).word();
    }
    for (Control control : controls) {
      populations.put(control, new Csv(heading));
      sizes.put(control, 0L);
      samples.put(control, new Sample(control));
    }
  }

  static Gathering of(EvidenceRequest request, List<Control> controls) {
    Gathering gathering = new Gathering(request, controls);
    try {
      gathering.walk(gathering::note);
      gathering.walk(gathering::tell);
    } catch (JournalException.Damaged e) {
      gathering.span.problem =
          Optional.of(withoutFolder(String.valueOf(e.getMessage()), request.journal().directory()));
      gathering.checks.broken(gathering.span.problem.get());
    }
    return gathering;
  }

  /** The same package wherever the journal lies. */
  private static String withoutFolder(String message, Path journal) {
    return message.replace(journal + "/", "").replace(journal.toString(), "the journal");
  }

  private void walk(Consumer<Read> visitor) {
    Reading reading = new Reading(request.journal());
    try (JournalReader reader = request.journal().read(1)) {
      for (Optional<RecordedEvent> next = reader.poll(); next.isPresent(); next = reader.poll()) {
        if (!next.get().time().isBefore(request.until())) {
          return;
        }
        visitor.accept(reading.next(next.get()));
      }
    }
  }

  private void note(Read read) {
    span.read++;
    checks.next(read);
    approvals.next(read, request.from());
    RecordedEvent recorded = read.recorded();
    if (recorded.time().isBefore(request.from())) {
      if (recorded.event() instanceof Event.PolicyActivated activated) {
        changes.before(activated);
      }
      return;
    }
    span.first = span.first == 0 ? recorded.sequence() : span.first;
    span.last = recorded.sequence();
    policy(recorded);
    if (Custody.isReading(recorded.event())) {
      readings.add(recorded);
    }
    populations.forEach(
        (control, csv) -> {
          if (read.is(control.condition())) {
            csv.row(row(read));
            sizes.merge(control, 1L, Long::sum);
            requireNonNull(samples.get(control)).offer(read);
          }
        });
  }

  private static List<String> row(Read read) {
    List<String> cells = new ArrayList<>();
    cells.add(read.recorded().time().toString());
    cells.add(Long.toString(read.recorded().sequence()));
    COLUMNS.forEach(field -> cells.add(read.text(field)));
    return cells;
  }

  private void policy(RecordedEvent recorded) {
    String time = recorded.time().toString();
    String sequence = Long.toString(recorded.sequence());
    String type = EventType.of(recorded.event()).stableName();
    if (recorded.event() instanceof Event.PolicyActivated e) {
      changes.activated(recorded, e);
      policies.row(
          List.of(time, sequence, type, e.policyVersion(), e.source(), Integer.toString(e.rows())));
    } else if (recorded.event() instanceof Event.PolicyRefused e) {
      policies.row(List.of(time, sequence, type, "", e.source(), ""));
    }
  }

  /** The second walk: everything that was recorded about what is in a sample. */
  private void tell(Read read) {
    String line =
        read.recorded().time()
            + "  "
            + read.recorded().sequence()
            + "  "
            + EventLine.whole(read.recorded().event(), LINE);
    samples.values().forEach(sample -> sample.tell(read, line));
  }

  /** Who looked at the record through the gateway, in the period. */
  List<RecordedEvent> readings() {
    return readings;
  }

  Map<Control, Csv> populations() {
    return populations;
  }

  long size(Control control) {
    return sizes.getOrDefault(control, 0L);
  }

  Map<Control, Sample> samples() {
    return samples;
  }

  Map<Check, CheckResult> results() {
    return checks.results();
  }

  ApprovalChains approvals() {
    return approvals;
  }

  Csv policies() {
    return policies;
  }

  PolicyChanges changes() {
    return changes;
  }

  Span span() {
    return span;
  }

  Instant until() {
    return request.until();
  }
}

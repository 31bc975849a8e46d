package dev.countersign.audit.index;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.RecordedEvent;
import dev.countersign.rules.verdict.MatchedRow;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/**
 * What a row of the policy did.
 *
 * @param commands how many commands it matched
 * @param last when it matched the newest of them, to the millisecond
 */
public record RowHits(long commands, Instant last) {

  public RowHits {
    last = last.truncatedTo(ChronoUnit.MILLIS);
  }

  private RowHits with(RowHits other) {
    return new RowHits(commands + other.commands, last.isAfter(other.last) ? last : other.last);
  }

  /** Counts each row that matched, once. Events that decide nothing count for nothing. */
  public static void count(RecordedEvent recorded, Map<String, RowHits> counted) {
    if (recorded.event() instanceof Event.CommandDecided decided) {
      decided.rows().stream()
          .map(MatchedRow::rule)
          .distinct()
          .forEach(rule -> counted.merge(rule, new RowHits(1, recorded.time()), RowHits::with));
    }
  }
}

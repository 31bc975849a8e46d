package dev.countersign.decision.console;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** What the rows of the policy did lately; counted at most every so often, for all readers. */
final class RowCounts {

  /** So far back it is counted. */
  static final int DAYS = 7;

  private static final Duration FRESH = Duration.ofSeconds(15);

  /** What was counted, and when. */
  record Counted(Instant at, Map<String, Recordings.Hits> hits) {}

  private final Remembered<Counted> counted;

  RowCounts(Recordings recordings) {
    counted =
        new Remembered<>(
            FRESH, now -> new Counted(now, recordings.hits(now.minus(Duration.ofDays(DAYS)))));
  }

  Counted now() throws IOException {
    return counted.get();
  }
}

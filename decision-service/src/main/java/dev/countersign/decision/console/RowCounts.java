package dev.countersign.decision.console;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** What the rows of the policy did lately; counted at most every so often, for all readers. */
final class RowCounts {

  /** So far back it is counted. */
  static final int DAYS = 7;

  private static final Duration FRESH = Duration.ofSeconds(15);

  /** What was counted, and when. */
  record Counted(Instant at, Map<String, Recordings.Hits> hits) {}

  private final Recordings recordings;
  private final ReentrantLock counting = new ReentrantLock();
  private @Nullable Counted counted;

  RowCounts(Recordings recordings) {
    this.recordings = recordings;
  }

  Counted now() throws IOException {
    counting.lock();
    try {
      Instant now = Instant.now();
      Counted known = counted;
      if (known != null && known.at().plus(FRESH).isAfter(now)) {
        return known;
      }
      Counted fresh = new Counted(now, recordings.hits(now.minus(Duration.ofDays(DAYS))));
      counted = fresh;
      return fresh;
    } finally {
      counting.unlock();
    }
  }
}

package dev.countersign.proxy.kubernetes;

import dev.countersign.rules.fact.Subject;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How many watches, logs and terminals each subject has open. Knows only who has some. Safe for any
 * number of threads.
 */
final class OpenStreams {

  /** Whatever else is known of a subject: with another group it does not get as many again. */
  private record Key(String issuer, String id) {
    static Key of(Subject subject) {
      return new Key(subject.issuer(), subject.id());
    }
  }

  private final int most;
  private final Map<Key, Integer> open = new ConcurrentHashMap<>();

  OpenStreams(int most) {
    this.most = most;
  }

  /** Counts one more, unless it would be one too many; whoever was let in leaves once. */
  boolean enter(Subject subject) {
    boolean[] entered = {true};
    open.compute(
        Key.of(subject),
        (key, count) -> {
          int now = count == null ? 0 : count;
          entered[0] = now < most;
          return entered[0] ? Integer.valueOf(now + 1) : count;
        });
    return entered[0];
  }

  void leave(Subject subject) {
    open.computeIfPresent(Key.of(subject), (key, count) -> count == 1 ? null : count - 1);
  }

  /** Who has one open. */
  int subjects() {
    return open.size();
  }
}

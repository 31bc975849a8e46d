package dev.countersign.decision.http;

import dev.countersign.rules.fact.Subject;
import java.util.HashMap;
import java.util.Map;

/** Who reads answers that go on. There are only so many, so that nobody takes all the places. */
final class Watchers {

  private static final int MOST = 200;
  private static final int MOST_OF_ONE = 10;

  private record Who(String issuer, String id) {}

  /** One place, until it is closed. */
  interface Place extends AutoCloseable {
    @Override
    void close();
  }

  private final Map<Who, Integer> places = new HashMap<>();
  private int taken;

  Place enter(Subject subject) throws ApiError {
    Who who = new Who(subject.issuer(), subject.id());
    synchronized (places) {
      int own = places.getOrDefault(who, 0);
      if (own >= MOST_OF_ONE || taken >= MOST) {
        throw ApiError.refused(
            429, "too_many_streams", "too many streams are open", "close one and try again");
      }
      places.put(who, own + 1);
      taken++;
    }
    return () -> leave(who);
  }

  private void leave(Who who) {
    synchronized (places) {
      places.computeIfPresent(who, (_, own) -> own > 1 ? own - 1 : null);
      taken--;
    }
  }
}

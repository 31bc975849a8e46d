package dev.countersign.decision.console;

import dev.countersign.audit.event.Event;
import dev.countersign.rules.verdict.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A recorded session, to be played, or a part of it: the rest comes after the page.
 *
 * @param who whose it was
 * @param length from its begin to what happened last
 * @param marks where its verdicts are on the timeline
 * @param scenes what happened, in order, as far as it is here
 * @param next what comes after them
 * @param live whether it is still open
 * @param mayEnd whether the reader may end it
 */
record Playback(
    String id,
    String who,
    Optional<String> onBehalfOf,
    String resource,
    String client,
    String application,
    Instant begin,
    Duration length,
    List<Mark> marks,
    List<Scene> scenes,
    Next next,
    boolean live,
    boolean mayEnd) {

  /** So much comes at once. */
  static final int PART = 150;

  /** Browsers hold everything in memory. */
  static final int MOST = 5_000;

  Playback {
    marks = List.copyOf(marks);
    scenes = List.copyOf(scenes);
  }

  /** What comes after a part. */
  sealed interface Next {

    /** Nothing: it has ended. */
    record Nothing() implements Next {}

    /** There is more of it already. */
    record Part(long after) implements Next {}

    /** It goes on, and more will happen. */
    record Live(long after) implements Next {}

    /** There is more, and too much. */
    record TooMuch() implements Next {}
  }

  /** A verdict on the timeline, in thousandths of its length. */
  record Mark(long x, Verdict verdict) {
    String name() {
      return verdict.name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * How a session is looked at.
   *
   * @param after what is here already
   * @param live whether it is still open, so that more may come
   */
  record Look(long after, boolean live, boolean mayEnd) {}

  static Playback of(
      String id, List<Recordings.Moment> moments, Look look, Differences differences) {
    Event.SessionOpened opened =
        moments.stream()
            .map(moment -> moment.recorded().event())
            .filter(Event.SessionOpened.class::isInstance)
            .map(Event.SessionOpened.class::cast)
            .findFirst()
            .orElseThrow();
    Instant begin = moments.getFirst().recorded().time();
    Duration length = Duration.between(begin, moments.getLast().recorded().time());
    List<Recordings.Moment> part =
        moments.stream()
            .limit(MOST)
            .filter(moment -> moment.recorded().sequence() > look.after())
            .limit(PART)
            .toList();
    return new Playback(
        id,
        Shown.line(opened.subject().name()),
        opened.subject().onBehalfOf().map(Shown::line),
        Shown.line(opened.resource()),
        Shown.line(opened.clientAddress()),
        Shown.line(opened.application()),
        begin,
        length,
        marks(moments, begin, length),
        part.stream().map(moment -> Scene.of(moment, begin, differences)).toList(),
        next(moments, part, look),
        look.live(),
        look.mayEnd());
  }

  /** Where two are at one place, the stricter one is seen. */
  private static List<Mark> marks(List<Recordings.Moment> moments, Instant begin, Duration length) {
    long whole = Math.max(1, length.toMillis());
    Map<Long, Verdict> strictest = new TreeMap<>();
    for (Recordings.Moment moment : moments) {
      if (moment.recorded().event() instanceof Event.CommandDecided decided) {
        long at = Duration.between(begin, moment.recorded().time()).toMillis();
        strictest.merge(
            at * 1000 / whole,
            decided.verdict(),
            (one, other) -> one.compareTo(other) > 0 ? one : other);
      }
    }
    return strictest.entrySet().stream()
        .map(mark -> new Mark(mark.getKey(), mark.getValue()))
        .toList();
  }

  private static Next next(
      List<Recordings.Moment> moments, List<Recordings.Moment> part, Look look) {
    long last = moments.get(Math.min(moments.size(), MOST) - 1).recorded().sequence();
    long here = part.isEmpty() ? look.after() : part.getLast().recorded().sequence();
    if (here < last) {
      return new Next.Part(here);
    }
    if (moments.size() > MOST) {
      return new Next.TooMuch();
    }
    return look.live() ? new Next.Live(here) : new Next.Nothing();
  }
}

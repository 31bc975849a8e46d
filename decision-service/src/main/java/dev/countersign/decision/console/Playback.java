package dev.countersign.decision.console;

import dev.countersign.audit.event.Event;
import dev.countersign.rules.verdict.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A recorded session, to be played.
 *
 * @param who whose it was
 * @param scenes what happened, in order
 * @param live whether it is still open, so that more may come
 * @param mayEnd whether the reader may end it
 * @param after the last sequence that is here
 */
record Playback(
    String id,
    String who,
    Optional<String> onBehalfOf,
    String resource,
    String client,
    String application,
    Instant begin,
    List<Scene> scenes,
    boolean live,
    boolean mayEnd,
    long after,
    boolean isCut) {

  /** Browsers hold everything in memory. */
  static final int MOST = 5_000;

  Playback {
    scenes = List.copyOf(scenes);
  }

  static Playback of(
      String id, List<Recordings.Moment> moments, long after, boolean live, boolean mayEnd) {
    Event.SessionOpened opened =
        moments.stream()
            .map(moment -> moment.recorded().event())
            .filter(Event.SessionOpened.class::isInstance)
            .map(Event.SessionOpened.class::cast)
            .findFirst()
            .orElseThrow();
    Instant begin = moments.getFirst().recorded().time();
    List<Scene> scenes =
        moments.stream()
            .filter(moment -> moment.recorded().sequence() > after)
            .limit(MOST)
            .map(moment -> Scene.of(moment, begin))
            .toList();
    return new Playback(
        id,
        Shown.line(opened.subject().name()),
        opened.subject().onBehalfOf().map(Shown::line),
        Shown.line(opened.resource()),
        Shown.line(opened.clientAddress()),
        Shown.line(opened.application()),
        begin,
        scenes,
        live,
        mayEnd,
        moments.getLast().recorded().sequence(),
        moments.size() > MOST);
  }

  /** From the begin to what happened last. */
  Duration length() {
    return scenes.isEmpty() ? Duration.ZERO : scenes.getLast().at();
  }

  /** Where the timeline has a mark, in thousandths of its length. */
  List<Mark> marks() {
    long whole = Math.max(1, length().toMillis());
    return scenes.stream()
        .flatMap(
            scene ->
                scene.verdict().stream()
                    .map(verdict -> new Mark(scene.at().toMillis() * 1000 / whole, verdict)))
        .toList();
  }

  /** A verdict on the timeline. */
  record Mark(long x, Verdict verdict) {
    String name() {
      return verdict.name().toLowerCase(java.util.Locale.ROOT);
    }
  }
}

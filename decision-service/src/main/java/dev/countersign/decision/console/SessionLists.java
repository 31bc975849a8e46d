package dev.countersign.decision.console;

import dev.countersign.decision.session.LiveSession;
import dev.countersign.rules.verdict.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The sessions that somebody may see: those that are open, and those that were.
 *
 * @param filter what was looked for
 * @param resources where to look
 */
record SessionLists(List<Live> live, Found found, SessionFilter filter, List<String> resources) {

  /** So many sessions are shown. */
  static final int MOST = 100;

  SessionLists {
    live = List.copyOf(live);
    resources = List.copyOf(resources);
  }

  /** What looking for recorded sessions led to. */
  sealed interface Found {

    /**
     * These, the newest first.
     *
     * @param all whether anybody's would be among them
     */
    record Sessions(List<Past> list, boolean all) implements Found {

      public Sessions {
        list = List.copyOf(list);
      }

      boolean isCut() {
        return list.size() >= MOST;
      }
    }

    /** It takes a while, and comes after the page from there. */
    record Later(String address) implements Found {}

    /** That is no query. */
    record Problem(String why) implements Found {}
  }

  /**
   * An open session.
   *
   * @param mayEnd whether the reader may end it
   */
  record Live(
      String id,
      String who,
      Optional<String> onBehalfOf,
      String resource,
      String client,
      String application,
      Optional<String> grant,
      Instant opened,
      boolean mayEnd) {

    static Live of(LiveSession session, boolean mayEnd) {
      return new Live(
          session.id(),
          Shown.line(session.subject().name()),
          session.subject().onBehalfOf().map(Shown::line),
          Shown.line(session.resource()),
          Shown.line(session.client()),
          Shown.line(session.application()),
          session.grant(),
          session.opened(),
          mayEnd);
    }
  }

  /** A session of the record. */
  record Past(
      String id,
      String who,
      Optional<String> onBehalfOf,
      String resource,
      String application,
      Instant started,
      Optional<Instant> ended,
      List<Count> counts) {

    static Past of(Recordings.Summary summary) {
      var opened = summary.opened();
      return new Past(
          opened.session().value(),
          Shown.line(opened.subject().name()),
          opened.subject().onBehalfOf().map(Shown::line),
          Shown.line(opened.resource()),
          Shown.line(opened.application()),
          summary.started(),
          summary.ended(),
          Count.of(summary.verdicts()));
    }

    private static String length(Duration duration) {
      return duration.toSeconds() < 1 ? "less than a second" : Moments.length(duration);
    }

    String length() {
      return ended.map(end -> length(Duration.between(started, end))).orElse("");
    }
  }

  /** So many commands with that verdict. */
  record Count(Verdict verdict, long commands) {

    static List<Count> of(java.util.Map<Verdict, Long> counts) {
      return counts.entrySet().stream()
          .sorted(java.util.Map.Entry.comparingByKey())
          .map(entry -> new Count(entry.getKey(), entry.getValue()))
          .toList();
    }

    String name() {
      return verdict.name().toLowerCase(java.util.Locale.ROOT);
    }
  }
}

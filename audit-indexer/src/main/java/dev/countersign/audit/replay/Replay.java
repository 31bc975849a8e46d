package dev.countersign.audit.replay;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.RecordedEvent;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A session as a timed script: what happened, and how long after the begin. */
public final class Replay {

  /**
   * Nobody watches an idle session: a longer pause is shortened to this if nothing else is said.
   */
  public static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final Instant begin;
  private final List<Line> lines;

  /**
   * One thing that happened.
   *
   * @param at how long after the session began
   * @param kind what it was
   * @param text safe for a terminal; may have several lines
   * @param screen what a recorded terminal showed or got, for {@link Kind#SCREEN}, {@link
   *     Kind#TYPED} and {@link Kind#RESIZED}; with colours and cursor movements and no other escape
   *     sequences
   */
  public record Line(Duration at, Kind kind, String text, String screen) {}

  /** What a line is about. */
  public enum Kind {
    SESSION,
    COMMAND,
    BLOCKED,
    APPROVAL,
    RESULT,
    CONTENT,
    SCREEN,
    TYPED,
    RESIZED,
    OTHER
  }

  /** Lets time pass; in tests it does not. */
  @FunctionalInterface
  public interface Pause {
    void of(Duration duration) throws InterruptedException, IOException;
  }

  private Replay(Instant begin, List<Line> lines) {
    this.begin = begin;
    this.lines = List.copyOf(lines);
  }

  /** The script of one session's events, in order. */
  public static Replay of(List<RecordedEvent> events) {
    List<Line> lines = new ArrayList<>();
    Instant begin = events.isEmpty() ? Instant.EPOCH : events.getFirst().time();
    TerminalFilter terminal = TerminalFilter.keeping();
    for (RecordedEvent recorded : events) {
      lines.add(
          new Line(
              Duration.between(begin, recorded.time()),
              kind(recorded.event()),
              TIME.format(recorded.time()) + "  " + EventText.of(recorded.event()),
              screen(recorded.event(), terminal)));
    }
    return new Replay(begin, lines);
  }

  public List<Line> lines() {
    return lines;
  }

  /** When it began. */
  public Instant begin() {
    return begin;
  }

  /**
   * Plays it.
   *
   * @param speed 1 is as it was, 2 twice as fast
   * @param longest longer pauses are shortened to this, before that
   */
  public void play(Appendable out, double speed, Duration longest, Pause pause)
      throws IOException, InterruptedException {
    if (!(speed > 0)) {
      throw new IllegalArgumentException("a speed is more than 0, not " + speed);
    }
    Duration now = Duration.ZERO;
    for (Line line : lines) {
      Duration wait = line.at.minus(now);
      if (wait.compareTo(longest) > 0) {
        wait = longest;
      }
      if (wait.isPositive()) {
        pause.of(Duration.ofNanos((long) (wait.toNanos() / speed)));
      }
      now = line.at;
      out.append(line.text).append('\n');
    }
  }

  private static String screen(Event event, TerminalFilter terminal) {
    if (!(event instanceof Event.ContentRecorded content)) {
      return "";
    }
    return switch (content.stream()) {
      case OUTPUT, ERROR_OUTPUT -> terminal.filter(content.content());
      case INPUT -> TerminalFilter.plain().filter(content.content());
      case RESIZE -> content.content().matches("\\d{1,4}x\\d{1,4}") ? content.content() : "";
      case ROWS, REQUEST_BODY, RESPONSE_BODY, REPORT, PACK -> "";
    };
  }

  private static Kind kind(Event event) {
    return switch (event) {
      case Event.SessionOpened e -> Kind.SESSION;
      case Event.SessionRefused e -> Kind.BLOCKED;
      case Event.SessionClosed e -> Kind.SESSION;
      case Event.CommandDecided e ->
          switch (e.verdict()) {
            case BLOCK -> Kind.BLOCKED;
            case ALLOW, MASK, APPROVE -> Kind.COMMAND;
          };
      case Event.ApprovalRequested e -> Kind.APPROVAL;
      case Event.ApprovalAnswered e -> Kind.APPROVAL;
      case Event.CommandCompleted e -> Kind.RESULT;
      case Event.ContentRecorded e ->
          switch (e.stream()) {
            case OUTPUT, ERROR_OUTPUT -> Kind.SCREEN;
            case INPUT -> Kind.TYPED;
            case RESIZE -> Kind.RESIZED;
            case ROWS, REQUEST_BODY, RESPONSE_BODY, REPORT, PACK -> Kind.CONTENT;
          };
      default -> Kind.OTHER;
    };
  }
}

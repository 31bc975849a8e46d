package dev.countersign.audit.replay;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.RecordedEvent;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.verdict.MatchedRow;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A session as a timed script: what happened, and how long after the begin. */
public final class Replay {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneOffset.UTC);

  /** Nobody watches an idle session: a longer pause is shortened to this. */
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  /** A longer text is cut, and the cut is shown. */
  private static final int MAX_TEXT = 20_000;

  private final List<Line> lines;

  /**
   * One thing that happened.
   *
   * @param at how long after the session began
   * @param text safe for a terminal; may have several lines
   */
  public record Line(Duration at, String text) {}

  /** Lets time pass; in tests it does not. */
  @FunctionalInterface
  public interface Pause {
    void of(Duration duration) throws InterruptedException;
  }

  private Replay(List<Line> lines) {
    this.lines = List.copyOf(lines);
  }

  /** The script of one session's events, in order. */
  public static Replay of(List<RecordedEvent> events) {
    List<Line> lines = new ArrayList<>();
    Instant begin = events.isEmpty() ? Instant.EPOCH : events.getFirst().time();
    for (RecordedEvent recorded : events) {
      lines.add(
          new Line(
              Duration.between(begin, recorded.time()),
              TIME.format(recorded.time()) + "  " + text(recorded.event())));
    }
    return new Replay(lines);
  }

  public List<Line> lines() {
    return lines;
  }

  /**
   * Plays it.
   *
   * @param speed 1 is as it was, 2 twice as fast; pauses are 5 s at most before that
   */
  public void play(Appendable out, double speed, Pause pause)
      throws IOException, InterruptedException {
    if (!(speed > 0)) {
      throw new IllegalArgumentException("a speed is more than 0, not " + speed);
    }
    Duration now = Duration.ZERO;
    for (Line line : lines) {
      Duration wait = line.at.minus(now);
      if (wait.compareTo(LONGEST_PAUSE) > 0) {
        wait = LONGEST_PAUSE;
      }
      if (wait.isPositive()) {
        pause.of(Duration.ofNanos((long) (wait.toNanos() / speed)));
      }
      now = line.at;
      out.append(line.text).append('\n');
    }
  }

  private static String text(Event event) {
    return switch (event) {
      case Event.SessionOpened e ->
          "session "
              + line(e.session().value())
              + ": "
              + subject(e.subject())
              + " on "
              + line(e.resource())
              + " from "
              + line(e.clientAddress())
              + (e.application().isEmpty() ? "" : " with " + line(e.application()));
      case Event.SessionRefused e ->
          "refused "
              + e.subject().map(Replay::subject).orElse("somebody")
              + " on "
              + line(e.resource())
              + " from "
              + line(e.clientAddress())
              + ": "
              + line(e.reason());
      case Event.CommandDecided e -> decided(e);
      case Event.ApprovalRequested e ->
          "#" + e.command() + " waits for approval " + line(e.approval()) + " until " + e.expires();
      case Event.ApprovalAnswered e ->
          "#"
              + e.command()
              + " approval "
              + line(e.approval())
              + " "
              + e.answer()
              + e.approver().map(by -> " by " + subject(by)).orElse("")
              + (e.comment().isEmpty() ? "" : ": " + line(e.comment()));
      case Event.CommandCompleted e -> completed(e);
      case Event.ContentRecorded e ->
          "#"
              + e.command()
              + " "
              + e.stream().name().toLowerCase(Locale.ROOT).replace('_', ' ')
              + "\n    "
              + VisibleText.lines(shortened(e.content())).replace("\n", "\n    ");
      case Event.SessionClosed e ->
          "session closed after " + e.commands() + " commands: " + line(e.reason());
      case Event.PolicyActivated e ->
          "policy " + line(e.policyVersion()) + " in force from " + line(e.source());
      case Event.PolicyRefused e ->
          "policy from " + line(e.source()) + " refused: " + e.faults().size() + " faults";
      case Event.ApprovalViewed e ->
          "approval %s shown to %s".formatted(line(e.approval()), subject(e.viewer()));
      case Event.ApprovalVoted e ->
          "approval %s: %s says %s".formatted(line(e.approval()), subject(e.approver()), e.vote())
              + (e.comment().isEmpty() ? "" : ": " + line(e.comment()));
      case Event.CredentialMinted e ->
          "credential %s for %s until %s"
              .formatted(line(e.credential()), line(e.resource()), e.expires());
      case Event.CredentialRevoked e ->
          "credential %s for %s revoked".formatted(line(e.credential()), line(e.resource()));
      case Event.GrantRequested e ->
          "grant %s on %s asked for (%s): %s"
              .formatted(line(e.grant()), line(e.resource()), line(e.scope()), line(e.reason()));
      case Event.GrantGiven e ->
          "grant %s on %s given until %s".formatted(line(e.grant()), line(e.resource()), e.until());
      case Event.GrantEnded e ->
          "grant %s on %s ended: %s".formatted(line(e.grant()), line(e.resource()), e.end())
              + e.by().map(by -> " by " + subject(by)).orElse("")
              + (e.comment().isEmpty() ? "" : ": " + line(e.comment()));
      case Event.SessionKilled e -> "killed by " + subject(e.by()) + ": " + line(e.reason());
    };
  }

  private static String decided(Event.CommandDecided e) {
    StringBuilder text = new StringBuilder();
    text.append('#').append(e.command()).append(' ').append(e.verdict());
    if (!e.rows().isEmpty()) {
      MatchedRow row = e.rows().getFirst();
      text.append(' ').append(line(row.rule())).append(" (").append(line(row.reason())).append(')');
    }
    for (String each : VisibleText.lines(shortened(e.text())).split("\n", -1)) {
      text.append("\n    ").append(each);
    }
    int number = 1;
    for (Optional<String> parameter : e.parameters()) {
      text.append("\n    $").append(number++).append(" = ");
      text.append(parameter.map(value -> "'" + line(value) + "'").orElse("NULL"));
    }
    return text.toString();
  }

  private static String completed(Event.CommandCompleted e) {
    String outcome = e.error().map(state -> "failed with " + line(state)).orElse(line(e.status()));
    String masked =
        e.maskedColumns().isEmpty() ? "" : ", masked " + line(String.join(", ", e.maskedColumns()));
    return "#%d %s, %d rows%s, %.1f ms"
        .formatted(e.command(), outcome, e.rows(), masked, e.micros() / 1_000.0);
  }

  private static String subject(Subject subject) {
    return line(subject.name())
        + subject.onBehalfOf().map(owner -> " (for " + line(owner) + ")").orElse("");
  }

  private static String line(String text) {
    return VisibleText.line(shortened(text));
  }

  private static String shortened(String text) {
    if (text.length() <= MAX_TEXT) {
      return text;
    }
    return text.substring(0, MAX_TEXT)
        + " … [cut: "
        + (text.length() - MAX_TEXT)
        + " of "
        + text.length()
        + " characters not shown]";
  }
}

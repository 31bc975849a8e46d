package dev.countersign.decision.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.countersign.audit.event.Event;
import dev.countersign.rules.fact.CommandFacts;
import dev.countersign.rules.verdict.MatchedRow;
import dev.countersign.rules.verdict.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One thing that happened in a recorded session, as it is shown.
 *
 * @param at how long after the session began
 * @param command the command it is about; 0 if it is about none
 * @param verdict what was decided, if it is a decision
 * @param row the row that decided
 * @param headline one line
 * @param text what was asked for, or what went over the wire
 * @param look how the text looks: {@code code}, {@code terminal}, {@code diff}
 * @param table rows of a result, instead of the text
 * @param parameters bound values; an empty one is NULL
 * @param push what a push does, instead of the text
 * @param differences what a command changes, as approvers were shown it
 * @param approval what the command waits for, to be looked at
 */
record Scene(
    Duration at,
    Instant time,
    long command,
    Optional<Verdict> verdict,
    Optional<MatchedRow> row,
    String headline,
    Optional<Shown> text,
    String look,
    List<List<String>> table,
    List<Optional<String>> parameters,
    Optional<PushView> push,
    List<ExhibitView> differences,
    Optional<String> approval) {

  private static final JsonMapper JSON = new JsonMapper();
  private static final int MOST_ROWS = 200;
  private static final int MOST_COLUMNS = 100;
  private static final int WIDEST = 300;
  private static final int LONGEST = 100_000;

  static Scene of(Recordings.Moment moment, Instant begin, Differences differences) {
    Instant time = moment.recorded().time();
    Scene plain = plain(Duration.between(begin, time), time, firstLine(moment.words()));
    return switch (moment.recorded().event()) {
      case Event.CommandDecided e -> plain.decided(e, moment.words(), differences);
      case Event.ContentRecorded e -> plain.content(e, moment.words());
      case Event.CommandCompleted e -> plain.about(e.command());
      case Event.ApprovalRequested e ->
          plain(plain.at(), time, Headline.of(e)).about(e.command()).waitingFor(e.approval());
      case Event.ApprovalAnswered e -> plain(plain.at(), time, Headline.of(e)).about(e.command());
      case Event.SessionOpened e -> plain(plain.at(), time, Headline.of(e));
      case Event.SessionClosed e -> plain(plain.at(), time, Headline.of(e));
      default -> plain;
    };
  }

  private static Scene plain(Duration at, Instant time, String headline) {
    return new Scene(
        at,
        time,
        0,
        Optional.empty(),
        Optional.empty(),
        headline,
        Optional.empty(),
        "",
        List.of(),
        List.of(),
        Optional.empty(),
        List.of(),
        Optional.empty());
  }

  private static String firstLine(String words) {
    return Shown.line(words.lines().findFirst().orElse(""));
  }

  private Scene about(long number) {
    return new Scene(
        at,
        time,
        number,
        verdict,
        row,
        headline.replaceFirst("^#\\d+ ", ""),
        text,
        look,
        table,
        parameters,
        push,
        differences,
        approval);
  }

  private Scene waitingFor(String request) {
    return new Scene(
        at,
        time,
        command,
        verdict,
        row,
        headline,
        text,
        look,
        table,
        parameters,
        push,
        differences,
        Optional.of(request).filter(id -> id.matches("[A-Za-z0-9-]{1,40}")));
  }

  private Scene decided(Event.CommandDecided e, String words, Differences kept) {
    boolean sql = e.facts() instanceof CommandFacts.Sql;
    List<ExhibitView> shownDifferences = kept.of(e.command());
    Optional<PushView> pushed =
        e.facts() instanceof CommandFacts.Git git && !git.updates().isEmpty()
            ? Optional.of(
                PushView.of(
                    git, e.verdict(), kept.approval(e.command()), !shownDifferences.isEmpty()))
            : Optional.empty();
    Shown shown =
        switch (e.facts()) {
          case CommandFacts.Sql facts -> Shown.sql(cut(e.text()));
          case CommandFacts.Git git when pushed.isPresent() -> Shown.text("");
          case CommandFacts.Git git -> Shown.text(cut(afterFirstLine(words)));
          case CommandFacts.Kubernetes request -> Shown.text(cut(afterFirstLine(words)));
        };
    return new Scene(
        at,
        time,
        e.command(),
        Optional.of(e.verdict()),
        e.rows().stream().findFirst(),
        "",
        Optional.of(shown),
        "code",
        List.of(),
        sql ? e.parameters().stream().map(value -> value.map(Shown::line)).toList() : List.of(),
        pushed,
        shownDifferences,
        approval);
  }

  private static String afterFirstLine(String words) {
    int end = words.indexOf('\n');
    return end < 0 ? "" : words.substring(end + 1).stripIndent();
  }

  private static String cut(String text) {
    return text.length() <= LONGEST
        ? text
        : text.substring(0, LONGEST)
            + "\n[cut: %d of %d characters not shown]"
                .formatted(text.length() - LONGEST, text.length());
  }

  private Scene content(Event.ContentRecorded e, String words) {
    return switch (e.stream()) {
      case ROWS -> rows(e);
      case OUTPUT, ERROR_OUTPUT -> wire(e, "terminal", Shown.text(cut(afterFirstLine(words))));
      case INPUT -> wire(e, "terminal typed", Shown.text(cut(afterFirstLine(words))));
      case RESIZE -> about(e.command());
      case REQUEST_BODY, RESPONSE_BODY, REPORT, PACK ->
          wire(e, "code", Shown.text(cut(e.content())));
    };
  }

  private Scene wire(Event.ContentRecorded e, String kind, Shown shown) {
    return new Scene(
        at,
        time,
        e.command(),
        verdict,
        row,
        e.stream().name().toLowerCase(java.util.Locale.ROOT).replace('_', ' '),
        Optional.of(shown),
        kind,
        List.of(),
        List.of(),
        push,
        differences,
        approval);
  }

  private Scene rows(Event.ContentRecorded e) {
    List<String> lines = e.content().lines().toList();
    List<List<String>> cells = new ArrayList<>();
    for (String line : lines.subList(0, Math.min(lines.size(), MOST_ROWS))) {
      cells.add(cells(line));
    }
    String title =
        lines.size() > MOST_ROWS
            ? "the first %d of %d recorded rows".formatted(MOST_ROWS, lines.size())
            : lines.size() == 1
                ? "1 row as the client got it"
                : lines.size() + " rows as the client got them";
    return new Scene(
        at,
        time,
        e.command(),
        verdict,
        row,
        title,
        Optional.empty(),
        "",
        cells,
        List.of(),
        push,
        differences,
        approval);
  }

  /** A line that is no JSON array is one cell. */
  private static List<String> cells(String line) {
    try {
      JsonNode array = JSON.readTree(line);
      if (array != null && array.isArray()) {
        List<String> cells = new ArrayList<>();
        for (JsonNode cell : array) {
          if (cells.size() == MOST_COLUMNS) {
            cells.add("…");
            break;
          }
          cells.add(cell.isNull() ? "NULL" : excerpt(Shown.line(cell.asText())));
        }
        return List.copyOf(cells);
      }
    } catch (JsonProcessingException notARow) {
      return List.of(excerpt(Shown.line(line)));
    }
    return List.of(excerpt(Shown.line(line)));
  }

  private static String excerpt(String text) {
    return text.length() <= WIDEST
        ? text
        : text.substring(0, WIDEST) + "… [" + text.length() + " characters]";
  }

  String verdictName() {
    return verdict.map(v -> v.name().toLowerCase(java.util.Locale.ROOT)).orElse("");
  }

  String clock() {
    long millis = at.toMillis();
    return "%d:%02d.%03d".formatted(millis / 60_000, millis / 1000 % 60, millis % 1000);
  }
}

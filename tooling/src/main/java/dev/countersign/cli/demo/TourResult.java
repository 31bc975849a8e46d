package dev.countersign.cli.demo;

import static java.util.stream.Collectors.joining;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.RecordedEvent;
import dev.countersign.rules.verdict.MatchedRow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What came of a step.
 *
 * @param decided the strictest decision of the session, if any command got that far
 * @param answer how the wait for a human ended, if there was one
 * @param output what psql printed
 */
record TourResult(
    TourStep step,
    Optional<Event.CommandDecided> decided,
    Optional<Event.ApprovalAnswered.Answer> answer,
    String output) {

  static TourResult of(TourStep step, List<RecordedEvent> events, String output) {
    Optional<Event.CommandDecided> decided =
        events.stream()
            .map(RecordedEvent::event)
            .filter(Event.CommandDecided.class::isInstance)
            .map(Event.CommandDecided.class::cast)
            .max(Comparator.comparing(Event.CommandDecided::verdict));
    Optional<Event.ApprovalAnswered.Answer> answer =
        events.stream()
            .map(RecordedEvent::event)
            .filter(Event.ApprovalAnswered.class::isInstance)
            .map(event -> ((Event.ApprovalAnswered) event).answer())
            .findFirst();
    return new TourResult(step, decided, answer, output);
  }

  /** The verdict and, if a human was asked, what the human said. */
  String verdict() {
    return decided.map(event -> event.verdict().name()).orElse("none")
        + answer.map(how -> " → " + how.name().toLowerCase(java.util.Locale.ROOT)).orElse("");
  }

  /** The row that decided, as an officer finds it. */
  String row() {
    return decided
        .flatMap(event -> event.rows().stream().findFirst())
        .map(TourResult::place)
        .orElse("");
  }

  private static String place(MatchedRow row) {
    return row.sheet().equals(MatchedRow.BUILT_IN)
        ? row.rule() + " (built-in)"
        : "%s (%s row %d)".formatted(row.rule(), row.sheet(), row.row());
  }

  /** What psql printed that matters, on one line. */
  String seen() {
    Optional<String> error = output.lines().filter(line -> line.startsWith("ERROR:")).findFirst();
    return error
        .map(line -> line.replaceAll("^ERROR:\\s+", "ERROR: "))
        .orElseGet(
            () ->
                output
                    .lines()
                    .filter(line -> !line.isBlank() && !line.matches("[-+]+|\\(\\d+ rows?\\)"))
                    .filter(line -> !line.matches("(NOTICE|DETAIL|HINT):.*"))
                    .map(line -> line.strip().replaceAll("\\s*\\|\\s*", "|"))
                    .collect(joining(" / ")));
  }

  /**
   * What is not as the workbook says; empty if all is.
   *
   * @param canaries values of masked columns that nobody may see
   */
  List<String> differences(List<String> canaries) {
    List<String> found = new ArrayList<>();
    String verdict = decided.map(event -> event.verdict().name()).orElse("none");
    if (!verdict.equals(step.verdict().name())) {
      found.add("verdict " + step.verdict() + " expected, " + verdict + " recorded");
    }
    Optional<String> wanted =
        step.answer()
            .map(
                answer ->
                    switch (answer) {
                      case APPROVE -> Event.ApprovalAnswered.Answer.APPROVED.name();
                      case DENY -> Event.ApprovalAnswered.Answer.DENIED.name();
                    });
    if (!wanted.equals(answer.map(Enum::name))) {
      found.add("answer " + wanted + " expected, " + answer + " recorded");
    }
    step.seen().stream()
        .filter(text -> !output.contains(text))
        .forEach(text -> found.add("psql was to print: " + text));
    if (step.unseen()) {
      canaries.stream()
          .filter(value -> output.contains(value))
          .forEach(value -> found.add("psql printed a masked value"));
    }
    return found;
  }
}

package dev.countersign.cli.sessions;

import static java.util.stream.Collectors.joining;

import dev.countersign.audit.event.Event;
import dev.countersign.cli.terminal.VisibleText;
import dev.countersign.rules.fact.Subject;

/** One event in words, on one line, with nothing of a command hidden. */
final class EventLine {

  private EventLine() {}

  static String of(Event event) {
    return VisibleText.line(
        switch (event) {
          case Event.SessionOpened opened ->
              "opened     %s on %s from %s (%s)"
                  .formatted(
                      opened.subject().name(),
                      opened.resource(),
                      opened.clientAddress(),
                      opened.application());
          case Event.SessionRefused refused ->
              "refused    %s on %s: %s"
                  .formatted(
                      refused.subject().map(Subject::name).orElse("nobody"),
                      refused.resource(),
                      refused.reason());
          case Event.CommandDecided decided ->
              "%-10s %d %s  [%s]"
                  .formatted(
                      decided.verdict(),
                      decided.command(),
                      decided.text(),
                      decided.rows().stream()
                          .map(row -> row.rule() + " " + row.part())
                          .collect(joining(", ")));
          case Event.ApprovalRequested asked ->
              "waits      %d approval %s until %s"
                  .formatted(asked.command(), asked.approval(), asked.expires());
          case Event.ApprovalAnswered answered ->
              "%-10s %d by %s: %s"
                  .formatted(
                      answered.answer(),
                      answered.command(),
                      answered.approver().map(Subject::name).orElse("nobody"),
                      answered.comment());
          case Event.CommandCompleted completed ->
              "completed  %d %s, %d rows, masked %s, %d µs"
                  .formatted(
                      completed.command(),
                      completed.sqlState().map("error "::concat).orElse(completed.status()),
                      completed.rows(),
                      completed.maskedColumns(),
                      completed.micros());
          case Event.SessionClosed closed ->
              "closed     %s, %d commands".formatted(closed.reason(), closed.commands());
          case Event.PolicyActivated activated ->
              "policy     %s in force".formatted(activated.policyVersion());
          case Event.PolicyRefused refused -> "policy     refused: " + refused.faults();
        });
  }
}

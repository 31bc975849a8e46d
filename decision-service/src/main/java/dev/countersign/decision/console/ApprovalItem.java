package dev.countersign.decision.console;

import dev.countersign.decision.approval.Approval;
import dev.countersign.decision.approval.Approval.State;
import dev.countersign.rules.fact.Subject;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * A request as a list shows it.
 *
 * @param who asks, and on whose behalf
 * @param beginning the first characters of the command, on one line
 * @param isCut whether the command goes on
 * @param about which part of the command the rule is about, as the rule's sheet says it
 * @param weight the more, the sooner somebody should look at it
 * @param mayAnswer whether the reader's answer would count
 */
record ApprovalItem(
    String id,
    State state,
    String resource,
    String who,
    Optional<String> onBehalfOf,
    Shown beginning,
    boolean isCut,
    int characters,
    String rule,
    String about,
    String reason,
    int quorum,
    int saidYes,
    Instant requested,
    Instant expires,
    Optional<String> escalatedTo,
    int weight,
    boolean mayAnswer) {

  static ApprovalItem of(Approval.Summary summary, boolean mayAnswer) {
    Subject subject = summary.subject();
    int shown = summary.beginning().codePointCount(0, summary.beginning().length());
    return new ApprovalItem(
        summary.id(),
        summary.state(),
        Shown.line(summary.resource()),
        Shown.line(subject.name()),
        subject.onBehalfOf().map(Shown::line),
        Shown.oneLine(summary.beginning().strip()),
        shown < summary.textLength(),
        summary.textLength(),
        Shown.line(summary.deciding().rule()),
        Shown.line(summary.deciding().part()),
        Shown.line(summary.deciding().reason()),
        summary.quorum(),
        summary.saidYes(),
        summary.requested(),
        summary.expires(),
        summary.escalatedTo().map(Shown::line),
        weight(summary),
        mayAnswer);
  }

  /** Points of the sheet Risk and of packs weigh more than how many people are asked. */
  private static int weight(Approval.Summary summary) {
    return (Overview.isUnusual(summary.deciding()) ? 100 : 0)
        + 10 * summary.quorum()
        + summary.approverGroups().size();
  }

  boolean isWaiting() {
    return state == State.WAITING;
  }

  String stateName() {
    return state.name().toLowerCase(Locale.ROOT);
  }
}

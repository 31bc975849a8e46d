package dev.countersign.decision.console;

import dev.countersign.audit.event.Event;

/**
 * What happened, in the words of a page that says the rest already: whose session it is, and when.
 */
final class Headline {

  private Headline() {}

  static String of(Event.SessionOpened e) {
    String with = e.application().isEmpty() ? "" : " with " + Shown.line(e.application());
    return "The session begins, from " + Shown.line(e.clientAddress()) + with;
  }

  static String of(Event.SessionClosed e) {
    return "The session ends after %d command%s: %s"
        .formatted(e.commands(), e.commands() == 1 ? "" : "s", Shown.line(e.reason()));
  }

  static String of(Event.ApprovalRequested e) {
    return "waits until %s for approval".formatted(Moments.whole(e.expires()));
  }

  static String of(Event.ApprovalAnswered e) {
    String what =
        switch (e.answer()) {
          case APPROVED -> "approved";
          case DENIED -> "denied";
          case EXPIRED -> "nobody answered in time";
          case WITHDRAWN -> "no longer asked";
        };
    String by = e.approver().map(approver -> " by " + Shown.line(approver.name())).orElse("");
    String why = e.comment().isEmpty() ? "" : ": " + Shown.line(e.comment());
    return what + by + why;
  }
}

package dev.countersign.decision.console;

import dev.countersign.decision.approval.PreApproval;
import dev.countersign.decision.emergency.Emergency;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What runs without anybody being asked.
 *
 * @param seesEmergencies whether emergencies are for the reader at all
 * @param emergencies open ones, those that nobody has reviewed, then the others
 * @param beforehand the newest first
 */
record ExceptionView(
    boolean seesEmergencies, List<BreakGlass> emergencies, List<Beforehand> beforehand) {

  ExceptionView {
    emergencies = List.copyOf(emergencies);
    beforehand = List.copyOf(beforehand);
  }

  /**
   * An emergency.
   *
   * @param state in a word
   * @param until when it ends by itself; empty unless it is open or proposed
   * @param said who took which step, and what they said, the first step first
   */
  record BreakGlass(
      String id,
      String state,
      boolean needsReview,
      String resources,
      String reason,
      Instant proposed,
      Optional<Instant> until,
      List<String> said) {

    BreakGlass {
      said = List.copyOf(said);
    }

    static BreakGlass of(Emergency one) {
      boolean goesOn =
          switch (one.state()) {
            case PROPOSED, OPEN -> true;
            case LAPSED, CLOSED, EXPIRED -> false;
          };
      return new BreakGlass(
          one.id(),
          one.state().name().toLowerCase(Locale.ROOT),
          one.needsReview(),
          Shown.line(String.join(", ", one.resources())),
          Shown.line(one.reason()),
          one.proposed().at(),
          goesOn ? Optional.of(one.until()) : Optional.empty(),
          steps(one));
    }

    private static List<String> steps(Emergency one) {
      return Stream.of(
              Optional.of("proposed by " + Shown.line(one.proposed().by().name())),
              one.opened().map(word -> "opened by " + said(word)),
              one.ended()
                  .flatMap(
                      end ->
                          end.by()
                              .map(
                                  by ->
                                      "closed by " + Shown.line(by.name() + ": " + end.comment()))),
              one.review().map(word -> "reviewed by " + said(word)))
          .flatMap(Optional::stream)
          .toList();
    }

    private static String said(Emergency.Word word) {
      return Shown.line(word.by().name() + ": " + word.comment());
    }
  }

  /**
   * A yes beforehand.
   *
   * @param model the request whose command it is made from
   * @param until when it ends by itself, if it holds
   * @param ending who ended it, and why
   * @param mayEnd whether the reader may take it back
   */
  record Beforehand(
      String id,
      String state,
      String who,
      String resource,
      String statement,
      String values,
      String reason,
      String askedBy,
      String model,
      Optional<String> approval,
      Optional<String> approver,
      Instant requested,
      Optional<Instant> until,
      Optional<String> ending,
      boolean mayEnd) {

    static Beforehand of(PreApproval one, boolean mayEnd) {
      return new Beforehand(
          one.id(),
          one.state().name().toLowerCase(Locale.ROOT),
          Shown.line(one.subject().name()),
          Shown.line(one.resource()),
          Shown.line(one.statement()),
          one.anyValues() ? "any values" : "the same values",
          Shown.line(one.reason()),
          Shown.line(one.askedBy().name()),
          one.model(),
          one.approval(),
          one.approver().map(by -> Shown.line(by.name())),
          one.requested(),
          one.state() == PreApproval.State.GIVEN ? one.until() : Optional.empty(),
          one.ending().map(Beforehand::ending),
          mayEnd && one.ending().isEmpty());
    }

    private static String ending(PreApproval.Ending ending) {
      return ending.by().map(by -> "by " + Shown.line(by.name()) + ": ").orElse("")
          + Shown.line(ending.comment());
    }
  }
}

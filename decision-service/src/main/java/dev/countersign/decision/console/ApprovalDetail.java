package dev.countersign.decision.console;

import dev.countersign.decision.approval.Approval;
import dev.countersign.decision.approval.FrozenCommand;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.verdict.MatchedRow;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A request, whole, as one reader sees it.
 *
 * @param command what will run, exactly
 * @param writer of the command, for a reader who has not to believe it
 * @param digest of the command
 * @param view of all that is shown here; an answer is about this and nothing else
 * @param parameters bound values; an empty one is NULL
 * @param rows why it waits, the deciding row first
 * @param impact how much it changes, where that was estimated
 * @param grant what its session stands on, in the words of whoever asked for it
 * @param groups in a group of each entry an approver must be
 * @param yes who has said yes
 * @param ending how it ended, if it has
 * @param outcome what became of it when it ran, if it has
 * @param similar what others said of the same row on the same resource, the newest first
 * @param standing what the reader can do about it
 * @param draft what the reader had written when the answer was refused
 */
record ApprovalDetail(
    ApprovalItem item,
    String session,
    String kind,
    Shown command,
    String writer,
    String digest,
    String view,
    List<Optional<String>> parameters,
    List<MatchedRow> rows,
    Optional<Impact> impact,
    List<ExhibitView> exhibits,
    Optional<String> grant,
    List<String> groups,
    List<Said> yes,
    Optional<Said> ending,
    Optional<String> outcome,
    List<ApprovalItem> similar,
    Standing standing,
    Optional<String> problem,
    String draft) {

  /** What somebody said. */
  record Said(String by, Instant at, String comment) {}

  /** What a reader can do about a request. */
  sealed interface Standing {

    /** Answer it. */
    record MayAnswer() implements Standing {}

    /** Answer it after signing in anew. */
    record MustSignInAgain(String why) implements Standing {}

    /** Look, and no more. */
    record MayLook(String why) implements Standing {}
  }

  static List<Optional<String>> parameters(FrozenCommand command) {
    return command.parameters().stream().map(ApprovalDetail::visible).toList();
  }

  private static Optional<String> visible(FrozenCommand.Parameter parameter) {
    return parameter
        .value()
        .map(
            hex ->
                parameter.format() == 0
                    ? Shown.line(new String(HexFormat.of().parseHex(hex), StandardCharsets.UTF_8))
                    : "\\x" + hex);
  }

  /** A push is described by the gateway; what commits say is the agent's. */
  static String writer(String kind, Subject subject) {
    return kind.equals("git")
        ? "as the gateway froze it"
        : subject.kind() == Subject.Kind.AGENT
            ? "written by the agent"
            : "written by " + Shown.line(subject.name());
  }

  /** What it takes, in words. */
  static List<String> groups(Set<Set<String>> entries) {
    return entries.stream()
        .map(entry -> Shown.line(String.join(" or ", entry.stream().sorted().toList())))
        .sorted()
        .toList();
  }

  static Said said(Approval.Yes yes) {
    return new Said(Shown.line(yes.by().name()), yes.at(), Shown.line(yes.comment()));
  }

  static Said said(Approval.Ending ending) {
    return new Said(
        ending.by().map(by -> Shown.line(by.name())).orElse("nobody"),
        ending.at(),
        Shown.line(ending.comment()));
  }

  /** What happens if the answer is yes. */
  String consequence() {
    int others = item.quorum() - item.saidYes() - 1;
    String then =
        switch (kind) {
          case "postgres" ->
              parameters.isEmpty()
                  ? "exactly this text runs, once"
                  : "exactly this text with exactly these parameters runs, once";
          case "git" -> "exactly these objects are pushed, once";
          case "kubernetes" -> "exactly this request is sent, once";
          default -> "access is given as it stands here";
        };
    return others > 0
        ? "After %d more %s, %s.".formatted(others + 1, others == 0 ? "yes" : "yeses", then)
        : "If you say yes, " + then + ".";
  }

  boolean isWaiting() {
    return item.isWaiting();
  }

  static String kind(Optional<Resource> resource) {
    return resource.map(known -> known.kind().name().toLowerCase(java.util.Locale.ROOT)).orElse("");
  }
}

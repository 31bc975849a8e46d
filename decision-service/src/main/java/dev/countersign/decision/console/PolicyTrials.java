package dev.countersign.decision.console;

import dev.countersign.decision.console.PolicyViews.Tried;
import dev.countersign.decision.resource.Upstream;
import dev.countersign.rules.analysis.NearMiss;
import dev.countersign.rules.analysis.NearMisses;
import dev.countersign.rules.fact.Act;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.policy.WorkbookPolicy;
import dev.countersign.rules.verdict.Decision;
import dev.countersign.rules.workbook.CommandWords;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Commands that are put to the policy in force, and to nothing else. */
final class PolicyTrials {

  private static final int MOST_MISSES = 5;
  private static final int LONGEST_COMMAND = 4000;

  private final ConsoleParts parts;
  private final RowsInForce rows;

  PolicyTrials(ConsoleParts parts, RowsInForce rows) {
    this.parts = parts;
    this.rows = rows;
  }

  /** What the policy in force makes of a command, and which rows nearly matched. */
  Answer tryOut(Visit visit) throws Refusal {
    if (!parts.readers().mayReadAll(visit.subject())) {
      throw Refusal.forbidden(
          "Only compliance officers and auditors may look at the policy.", "Ask one of them.");
    }
    String text = visit.field("command").strip();
    String groups = visit.field("groups").strip();
    String name = visit.field("resource");
    if (text.length() > LONGEST_COMMAND) {
      throw Refusal.badRequest("A command to be tried has at most 4000 characters.");
    }
    Optional<Resource> resource =
        resources().stream().filter(known -> known.name().equals(name)).findFirst();
    if (resource.isEmpty()) {
      throw Refusal.badRequest("There is no such resource.");
    }
    Subject subject =
        new Subject(
            "console",
            "somebody",
            "somebody",
            Subject.Kind.AGENT,
            Stream.of(groups.split("[,\\s]+", -1))
                .filter(group -> !group.isBlank())
                .collect(Collectors.toUnmodifiableSet()),
            Optional.empty());
    List<? extends Act> acts;
    try {
      acts = acts(text, resource.get());
    } catch (IllegalArgumentException e) {
      return tried(
          text,
          name,
          groups,
          List.of(),
          List.of(),
          Optional.of("The gateway does not understand this, so it blocks it: " + e.getMessage()));
    }
    List<Decision> decisions = new ArrayList<>();
    List<NearMiss> misses = new ArrayList<>();
    Optional<WorkbookPolicy> written = rows.current();
    for (Act act : acts) {
      decisions.add(parts.policy().current().current().decide(subject, resource.get(), act));
      written.ifPresent(
          policy ->
              misses.addAll(
                  NearMisses.of(
                      policy.workbook(),
                      LocalDate.now(ZoneOffset.UTC),
                      subject,
                      resource.get(),
                      act,
                      MOST_MISSES)));
    }
    return tried(
        text,
        name,
        groups,
        decisions,
        misses,
        decisions.isEmpty() ? Optional.of("There is no statement in it.") : Optional.empty());
  }

  /** Throws where the text is no command. */
  private List<? extends Act> acts(String text, Resource resource) {
    String prefix =
        switch (resource.kind()) {
          case POSTGRES -> "";
          case GIT -> CommandWords.GIT;
          case KUBERNETES -> CommandWords.KUBERNETES;
        };
    Optional<Act> act =
        prefix.isEmpty()
            ? Optional.empty()
            : CommandWords.read(text.startsWith(prefix) ? text : prefix + text);
    return act.isPresent() ? List.of(act.get()) : parts.policy().parser().apply(text);
  }

  private Answer tried(
      String text,
      String resource,
      String groups,
      List<Decision> decisions,
      List<NearMiss> misses,
      Optional<String> problem) {
    Optional<Decision> together =
        decisions.isEmpty() ? Optional.empty() : Optional.of(Decision.together(decisions));
    return Answer.Page.of(
        Section.POLICY,
        "Try a command",
        "tried",
        new Tried(
            text,
            resource,
            groups,
            together.map(Decision::verdict),
            together.map(decision -> decision.why().rows()).orElse(List.of()),
            misses,
            problem,
            resources().stream().map(Resource::name).sorted().toList()));
  }

  private List<Resource> resources() {
    return parts.access().resources().all().stream().map(Upstream::resource).toList();
  }
}

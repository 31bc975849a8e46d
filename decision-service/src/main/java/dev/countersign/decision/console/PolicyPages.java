package dev.countersign.decision.console;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.RecordedEvent;
import dev.countersign.decision.console.PolicyViews.Draft;
import dev.countersign.decision.console.PolicyViews.InForce;
import dev.countersign.decision.console.PolicyViews.Row;
import dev.countersign.decision.console.PolicyViews.Tried;
import dev.countersign.decision.console.PolicyViews.Version;
import dev.countersign.decision.console.PolicyViews.VersionItem;
import dev.countersign.decision.http.PolicyApi;
import dev.countersign.decision.policy.Activation;
import dev.countersign.decision.policy.ActivationResult;
import dev.countersign.decision.policy.PolicyVersions;
import dev.countersign.decision.policy.StoredVersion;
import dev.countersign.decision.resource.Upstream;
import dev.countersign.rules.analysis.Command;
import dev.countersign.rules.analysis.NearMiss;
import dev.countersign.rules.analysis.NearMisses;
import dev.countersign.rules.fact.Act;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.policy.PolicyRefusedException;
import dev.countersign.rules.policy.WorkbookPolicy;
import dev.countersign.rules.verdict.Decision;
import dev.countersign.rules.verdict.MatchedRow;
import dev.countersign.rules.workbook.CommandWords;
import dev.countersign.rules.workbook.WorkbookReader;
import dev.countersign.rules.workbook.WrittenRow;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The policy: what is in force and what it does, workbooks before they decide, and who put what in
 * force. For officers; auditors may look.
 */
final class PolicyPages {

  private static final String XLSX =
      "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
  private static final int DAYS = 7;
  private static final int MOST_COMMANDS = 5_000;
  private static final int MOST_MISSES = 5;
  private static final int MAX_REASON = 2000;
  private static final int LONGEST_COMMAND = 4000;

  private static final Duration FRESH = Duration.ofSeconds(15);

  /** What was said of a version, and held against which. */
  private record Reported(String version, String against, Instant at, PolicyReport report) {}

  private final ConsoleParts parts;
  private final Custody custody;
  private final ReentrantLock reporting = new ReentrantLock();
  private @Nullable Reported reported;

  PolicyPages(ConsoleParts parts, Custody custody) {
    this.parts = parts;
    this.custody = custody;
  }

  private void requireReader(Visit visit) throws Refusal {
    if (!parts.readers().mayReadAll(visit.subject())) {
      throw Refusal.forbidden(
          "Only compliance officers and auditors may look at the policy.", "Ask one of them.");
    }
  }

  private PolicyApi kept() throws Refusal {
    return parts
        .policy()
        .versions()
        .orElseThrow(
            () ->
                Refusal.conflict(
                    "This gateway follows a workbook file; versions are not kept.",
                    "Set policy.source to versions to have officers put them in force."));
  }

  private boolean isOfficer(Subject subject) {
    return parts.policy().versions().filter(api -> api.versions().isOfficer(subject)).isPresent();
  }

  Answer show(Visit visit) throws Refusal, IOException {
    requireReader(visit);
    Optional<PolicyVersions> versions = parts.policy().versions().map(PolicyApi::versions);
    Optional<Activation> activation = versions.flatMap(PolicyVersions::current);
    Optional<WorkbookPolicy> current = current();
    Map<String, Long> hits = new HashMap<>();
    Map<String, Instant> last = new HashMap<>();
    for (RecordedEvent recorded : parts.recordings().commands(since(), MOST_COMMANDS)) {
      if (recorded.event() instanceof Event.CommandDecided decided) {
        decided.rows().stream()
            .map(MatchedRow::rule)
            .distinct()
            .forEach(
                rule -> {
                  hits.merge(rule, 1L, Long::sum);
                  last.merge(
                      rule, recorded.time(), (one, other) -> one.isAfter(other) ? one : other);
                });
      }
    }
    List<Row> rows =
        current.stream()
            .flatMap(policy -> WrittenRow.of(policy.workbook()).stream())
            .map(
                row ->
                    Row.of(
                        row,
                        hits.getOrDefault(row.id(), 0L),
                        Optional.ofNullable(last.get(row.id()))))
            .toList();
    return Answer.Page.of(
        Section.POLICY,
        "Policy",
        "policy",
        new InForce(
            parts.policy().current().current().id(),
            activation,
            rows,
            versions.stream()
                .flatMap(known -> known.versions().stream())
                .map(version -> new VersionItem(version, isInForce(version, activation)))
                .toList(),
            versions.map(PolicyVersions::history).orElse(List.of()),
            versions.isPresent(),
            isOfficer(visit.subject()),
            resourceNames(),
            DAYS));
  }

  private static boolean isInForce(StoredVersion version, Optional<Activation> activation) {
    return activation.filter(known -> known.version().equals(version.id())).isPresent();
  }

  private static Instant since() {
    return Instant.now().minus(Duration.ofDays(DAYS));
  }

  private List<String> resourceNames() {
    return resources().stream().map(Resource::name).sorted().toList();
  }

  private List<Resource> resources() {
    return parts.access().resources().all().stream().map(Upstream::resource).toList();
  }

  /** The rows in force; none if what is in force is not made of a workbook alone. */
  private Optional<WorkbookPolicy> current() {
    if (parts.policy().current().current() instanceof WorkbookPolicy policy) {
      return Optional.of(policy);
    }
    return parts
        .policy()
        .versions()
        .map(PolicyApi::versions)
        .flatMap(
            versions ->
                versions.current().flatMap(activation -> load(versions, activation.version())));
  }

  private static Optional<WorkbookPolicy> load(PolicyVersions versions, String id) {
    try {
      return Optional.of(versions.load(id));
    } catch (PolicyRefusedException e) {
      return Optional.empty();
    }
  }

  /** Examples of recorded commands are shown, so that they are is on the record first. */
  private PolicyReport.Against against(Subject reader) throws IOException {
    List<Command> recorded = parts.recordings().replayable(since(), MOST_COMMANDS);
    searched(reader, recorded.size());
    return new PolicyReport.Against(current(), recorded, resources(), DAYS);
  }

  private void searched(Subject reader, int commands) {
    custody.searched(reader, "what a policy would have changed", commands);
  }

  /** Looks at a workbook, and keeps it if that is wanted and nothing is wrong with it. */
  Answer upload(Visit visit) throws Refusal, IOException {
    Visit.Upload upload =
        visit.upload().orElseThrow(() -> Refusal.badRequest("Choose a workbook first."));
    if (!isOfficer(visit.subject())) {
      throw Refusal.forbidden("Only compliance officers may do this.", "Ask one of them.");
    }
    PolicyVersions versions = kept().versions();
    boolean keep = visit.field("what").equals("submit");
    PolicyReport report =
        PolicyReport.of(
            WorkbookReader.read(upload.content()),
            parts.policy().parser(),
            against(visit.subject()));
    if (keep && report.isSound()) {
      try {
        StoredVersion version = versions.submit(upload.content(), visit.subject());
        return new Answer.Elsewhere("/policy/%s?done=submitted".formatted(version.id()));
      } catch (PolicyRefusedException e) {
        return draft(upload, report, Optional.of(String.join("; ", e.faults())));
      }
    }
    return draft(
        upload,
        report,
        keep ? Optional.of("It was not kept: see what is wrong.") : Optional.empty());
  }

  private static Answer draft(Visit.Upload upload, PolicyReport report, Optional<String> problem) {
    return new Answer.Page(
        report.isSound() ? 200 : 422,
        "A workbook",
        Section.POLICY,
        "draft",
        new Draft(Shown.line(upload.name()), report, problem));
  }

  Answer version(Visit visit) throws Refusal, IOException {
    requireReader(visit);
    return version(visit, 200, Optional.empty());
  }

  private Answer version(Visit visit, int status, Optional<String> problem)
      throws Refusal, IOException {
    PolicyApi api = kept();
    StoredVersion version = find(visit);
    Optional<Activation> activation = api.versions().current();
    boolean inForce = isInForce(version, activation);
    Optional<String> lack = parts.stepUp().lackOf(visit.session().signIn(), Instant.now());
    return new Answer.Page(
        status,
        "Version " + version.id().substring(0, 12),
        Section.POLICY,
        "version",
        new Version(
            version,
            inForce,
            report(visit.subject(), api.versions(), version.id()),
            standing(visit.subject(), version, inForce),
            lack.isPresent(),
            activation.map(Activation::version).orElse(""),
            problem));
  }

  /** It is kept for some seconds, for all readers. */
  private PolicyReport report(Subject reader, PolicyVersions versions, String id)
      throws Refusal, IOException {
    reporting.lock();
    try {
      String current = parts.policy().current().current().id();
      Instant now = Instant.now();
      Reported known = reported;
      if (known != null
          && known.version().equals(id)
          && known.against().equals(current)
          && known.at().plus(FRESH).isAfter(now)) {
        searched(reader, known.report().asked());
        return known.report();
      }
      PolicyReport fresh =
          PolicyReport.of(versions.load(id), parts.policy().parser(), against(reader));
      reported = new Reported(id, current, now, fresh);
      return fresh;
    } catch (PolicyRefusedException e) {
      throw Refusal.conflict(
          "This version cannot be used any more.", Shown.line(String.join("; ", e.faults())));
    } finally {
      reporting.unlock();
    }
  }

  private Optional<String> standing(Subject viewer, StoredVersion version, boolean inForce) {
    if (inForce) {
      return Optional.of("It is in force.");
    }
    if (!isOfficer(viewer)) {
      return Optional.of("A compliance officer can put it in force.");
    }
    boolean own =
        version.submitter().issuer().equals(viewer.issuer())
            && version.submitter().id().equals(viewer.id());
    return own && version.fourEyes()
        ? Optional.of("You submitted it; another officer must put it in force.")
        : Optional.empty();
  }

  private StoredVersion find(Visit visit) throws Refusal {
    return kept()
        .versions()
        .find(visit.id())
        .orElseThrow(() -> Refusal.notFound("There is no such version."));
  }

  Answer activate(Visit visit) throws Refusal, IOException {
    requireReader(visit);
    Optional<String> lack = parts.stepUp().lackOf(visit.session().signIn(), Instant.now());
    if (lack.isPresent()) {
      return version(visit, 403, Optional.of("Nothing was done: " + lack.get() + "."));
    }
    String reason = visit.field("comment").strip();
    if (reason.isEmpty() || reason.length() > MAX_REASON) {
      return version(visit, 400, Optional.of("Say why, in 1 to 2000 characters."));
    }
    ActivationResult result =
        kept()
            .versions()
            .activate(
                find(visit).id(),
                Optional.of(visit.field("replacing")).filter(id -> !id.isEmpty()),
                visit.subject(),
                reason);
    return switch (result) {
      case ActivationResult.Activated activated -> new Answer.Elsewhere("/policy?done=activated");
      case ActivationResult.Unknown() -> throw Refusal.notFound("There is no such version.");
      case ActivationResult.Refused(var _, String message) ->
          version(visit, 409, Optional.of("Nothing was done: " + Shown.line(message) + "."));
    };
  }

  Answer download(Visit visit) throws Refusal {
    requireReader(visit);
    StoredVersion version = find(visit);
    byte[] workbook =
        kept()
            .versions()
            .workbook(version.id())
            .orElseThrow(() -> Refusal.notFound("There is no such version."));
    return Answer.File.of("policy-" + version.id().substring(0, 12) + ".xlsx", XLSX, workbook);
  }

  /** What the policy in force makes of a command, and which rows nearly matched. */
  Answer tryOut(Visit visit) throws Refusal {
    requireReader(visit);
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
    Optional<WorkbookPolicy> rows = current();
    for (Act act : acts) {
      decisions.add(parts.policy().current().current().decide(subject, resource.get(), act));
      rows.ifPresent(
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
            resourceNames()));
  }
}

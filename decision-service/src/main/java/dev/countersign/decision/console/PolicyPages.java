package dev.countersign.decision.console;

import dev.countersign.decision.console.PolicyViews.Draft;
import dev.countersign.decision.console.PolicyViews.InForce;
import dev.countersign.decision.console.PolicyViews.Row;
import dev.countersign.decision.console.PolicyViews.Version;
import dev.countersign.decision.console.PolicyViews.VersionItem;
import dev.countersign.decision.http.PolicyApi;
import dev.countersign.decision.policy.Activation;
import dev.countersign.decision.policy.ActivationResult;
import dev.countersign.decision.policy.PolicyVersions;
import dev.countersign.decision.policy.StoredVersion;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.policy.PolicyRefusedException;
import dev.countersign.rules.workbook.WorkbookReader;
import dev.countersign.rules.workbook.WrittenRow;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The policy: what is in force and what it does, workbooks before they decide, and who put what in
 * force. For officers; auditors may look.
 */
final class PolicyPages {

  private static final String XLSX =
      "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
  private static final int MAX_REASON = 2000;

  private final ConsoleParts parts;
  private final RowsInForce rows;
  private final RowCounts counts;
  private final VersionReports reports;

  PolicyPages(ConsoleParts parts, RowsInForce rows, Custody custody) {
    this.parts = parts;
    this.rows = rows;
    this.counts = new RowCounts(parts.recordings());
    this.reports = new VersionReports(parts, rows, custody);
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
    RowCounts.Counted counted = counts.now();
    List<Row> written =
        rows.current().stream()
            .flatMap(policy -> WrittenRow.of(policy.workbook()).stream())
            .map(row -> Row.of(row, Optional.ofNullable(counted.hits().get(row.id()))))
            .toList();
    return Answer.Page.of(
        Section.POLICY,
        "Policy",
        "policy",
        new InForce(
            parts.policy().current().current().id(),
            activation,
            written,
            versions.stream()
                .flatMap(known -> known.versions().stream())
                .map(version -> new VersionItem(version, isInForce(version, activation)))
                .toList(),
            versions.map(PolicyVersions::history).orElse(List.of()),
            versions.isPresent(),
            isOfficer(visit.subject()),
            resourceNames(),
            RowCounts.DAYS,
            counted.at()));
  }

  private static boolean isInForce(StoredVersion version, Optional<Activation> activation) {
    return activation.filter(known -> known.version().equals(version.id())).isPresent();
  }

  private List<String> resourceNames() {
    return parts.access().resources().all().stream()
        .map(upstream -> upstream.resource().name())
        .sorted()
        .toList();
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
    PolicyReport report = reports.of(WorkbookReader.read(upload.content()), visit.subject());
    if (keep && report.isSound()) {
      try {
        StoredVersion version = versions.submit(upload.content(), visit.subject());
        reports.keep(version.id(), report);
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

  /** The report of a version comes after its page, unless it is known already. */
  Answer version(Visit visit) throws Refusal, IOException {
    requireReader(visit);
    if (visit.isPartial()) {
      return new Answer.Part(
          "reported", reports.of(kept().versions(), find(visit).id(), visit.subject()));
    }
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
            !inForce
                && api.versions().history().stream()
                    .anyMatch(past -> past.version().equals(version.id())),
            visit.wantsAllAtOnce()
                ? Optional.of(reports.of(api.versions(), version.id(), visit.subject()))
                : reports.known(version.id(), visit.subject()),
            standing(visit.subject(), version, inForce),
            lack.isPresent(),
            activation.map(Activation::version).orElse(""),
            problem));
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
}

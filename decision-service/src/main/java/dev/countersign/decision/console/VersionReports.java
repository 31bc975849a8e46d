package dev.countersign.decision.console;

import dev.countersign.decision.policy.PolicyVersions;
import dev.countersign.decision.resource.Upstream;
import dev.countersign.rules.analysis.Command;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.policy.PolicyRefusedException;
import dev.countersign.rules.workbook.Reading;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What there is to say of versions before they decide. A report is kept for some minutes, for all
 * readers: it holds a version against a week of commands, and says when it did. Examples of
 * recorded commands are shown in it, so that they are is on the record first.
 */
final class VersionReports {

  private static final Duration FRESH = Duration.ofMinutes(5);
  private static final int MOST_KEPT = 8;
  private static final int MOST_COMMANDS = 5_000;

  /** A version, and what was in force when it was looked at. */
  private record Key(String version, String against) {}

  private final ConsoleParts parts;
  private final RowsInForce rows;
  private final Custody custody;
  private final ReentrantLock reporting = new ReentrantLock();
  private final LinkedHashMap<Key, PolicyReport> kept = new LinkedHashMap<>();

  VersionReports(ConsoleParts parts, RowsInForce rows, Custody custody) {
    this.parts = parts;
    this.rows = rows;
    this.custody = custody;
  }

  /** What is to be said of a workbook that is no version yet. */
  PolicyReport of(Reading workbook, Subject reader) throws IOException {
    return PolicyReport.of(workbook, parts.policy().parser(), against(reader));
  }

  /** Keeps what was said of a workbook that has become a version. */
  void keep(String version, PolicyReport report) {
    reporting.lock();
    try {
      Key key = new Key(version, rows.id());
      kept.remove(key);
      kept.put(key, report);
      while (kept.size() > MOST_KEPT) {
        kept.pollFirstEntry();
      }
    } finally {
      reporting.unlock();
    }
  }

  /** What was said of a version lately, if anything was. */
  Optional<PolicyReport> known(String version, Subject reader) {
    Optional<PolicyReport> known = fresh(version);
    known.ifPresent(report -> searched(reader, report.asked()));
    return known;
  }

  /** Waits for nobody who makes one. */
  private Optional<PolicyReport> fresh(String version) {
    if (!reporting.tryLock()) {
      return Optional.empty();
    }
    try {
      return Optional.ofNullable(kept.get(new Key(version, rows.id())))
          .filter(report -> report.at().plus(FRESH).isAfter(Instant.now()));
    } finally {
      reporting.unlock();
    }
  }

  /** Whoever comes while it is made waits for it. */
  PolicyReport of(PolicyVersions versions, String version, Subject reader)
      throws Refusal, IOException {
    reporting.lock();
    try {
      Optional<PolicyReport> known = known(version, reader);
      if (known.isPresent()) {
        return known.get();
      }
      PolicyReport report =
          PolicyReport.of(versions.load(version), parts.policy().parser(), against(reader));
      keep(version, report);
      return report;
    } catch (PolicyRefusedException e) {
      throw Refusal.conflict(
          "This version cannot be used any more.", Shown.line(String.join("; ", e.faults())));
    } finally {
      reporting.unlock();
    }
  }

  private PolicyReport.Against against(Subject reader) throws IOException {
    Instant now = Instant.now();
    List<Command> recorded =
        parts.recordings().replayable(now.minus(Duration.ofDays(RowCounts.DAYS)), MOST_COMMANDS);
    searched(reader, recorded.size());
    List<Resource> resources =
        parts.access().resources().all().stream().map(Upstream::resource).toList();
    return new PolicyReport.Against(rows.current(), recorded, resources, RowCounts.DAYS, now);
  }

  private void searched(Subject reader, int commands) {
    custody.searched(reader, "what a policy would have changed", commands);
  }
}

package dev.countersign.cli.gateway;

import dev.countersign.audit.evidence.LiveCheck;
import dev.countersign.decision.emergency.Emergency;
import dev.countersign.rules.pack.PackedPolicy;
import dev.countersign.rules.policy.Policy;
import dev.countersign.rules.policy.PolicyVersion;
import dev.countersign.rules.policy.WorkbookPolicy;
import dev.countersign.rules.workbook.Mode;
import dev.countersign.rules.workbook.RuleRow;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the monitoring asks of the gateway itself: its anchors, its disk, rows that only observe,
 * and emergencies that nobody looks at afterwards.
 */
final class GatewayChecks {

  /** An anchor may be away for a while. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private static final Logger log = LoggerFactory.getLogger(GatewayChecks.class);

  private static final int MOST_NAMED = 10;
  private static final int ALMOST_FULL = 95;

  private GatewayChecks() {}

  /**
   * @param overdue emergencies that nobody has reviewed in time
   */
  static List<LiveCheck> of(
      Anchoring anchors,
      Policy policy,
      Path journal,
      Supplier<List<Emergency>> overdue,
      Clock clock) {
    return List.of(
        reviewed(overdue),
        new LiveCheck("AU-9(2)", "every anchor takes checkpoints", () -> stale(anchors, clock)),
        new LiveCheck("AU-5(1)", "the journal's disk has room", () -> full(journal)),
        new LiveCheck(
            "CM-6",
            "no row observes for longer than its date says",
            () -> overdue(policy.current(), LocalDate.now(clock))));
  }

  static LiveCheck reviewed(Supplier<List<Emergency>> overdue) {
    return new LiveCheck(
        "AU-6",
        "every emergency is reviewed in time",
        new LastKnown(() -> unreviewed(overdue.get())));
  }

  /** While the state's database is away nothing has become better or worse. */
  private static final class LastKnown implements Supplier<Optional<String>> {

    private final Supplier<Optional<String>> asked;
    private Optional<String> known = Optional.empty();

    LastKnown(Supplier<Optional<String>> asked) {
      this.asked = asked;
    }

    @Override
    public Optional<String> get() {
      try {
        known = asked.get();
      } catch (RuntimeException e) {
        log.atWarn().setCause(e).log("nobody can tell which emergencies await a review");
      }
      return known;
    }
  }

  private static Optional<String> unreviewed(List<Emergency> overdue) {
    return overdue.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "emergencies that nobody has reviewed in time: "
                + overdue.stream()
                    .limit(MOST_NAMED)
                    .map(emergency -> emergency.id() + " on " + emergency.resources())
                    .collect(Collectors.joining(", ")));
  }

  private static Optional<String> full(Path journal) {
    try {
      FileStore disk = Files.getFileStore(journal);
      long percent = 100 - disk.getUsableSpace() * 100 / Math.max(1, disk.getTotalSpace());
      return percent < ALMOST_FULL
          ? Optional.empty()
          : Optional.of("the journal's disk is full to %d %%".formatted(percent));
    } catch (IOException e) {
      return Optional.of("the journal's disk cannot be asked: " + e.getMessage());
    }
  }

  private static Optional<String> stale(Anchoring anchors, Clock clock) {
    String names =
        anchors.stale().entrySet().stream()
            .filter(anchor -> anchor.getValue().plus(PATIENCE).isBefore(clock.instant()))
            .map(anchor -> anchor.getKey() + " since " + anchor.getValue())
            .collect(Collectors.joining(", "));
    return names.isEmpty()
        ? Optional.empty()
        : Optional.of("anchors that take no checkpoint: " + names);
  }

  static Optional<String> overdue(PolicyVersion version, LocalDate today) {
    if (version instanceof PackedPolicy packed) {
      return overdue(packed.policy(), today);
    }
    if (!(version instanceof WorkbookPolicy policy)) {
      return Optional.empty();
    }
    List<String> rows =
        policy.workbook().rules().stream()
            .filter(row -> row.particulars().mode() == Mode.OBSERVE)
            .filter(row -> isOver(row, today))
            .map(RuleRow::id)
            .toList();
    return rows.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "%d rows still only observe, though their date is over: %s"
                .formatted(
                    rows.size(),
                    rows.stream().limit(MOST_NAMED).collect(Collectors.joining(", "))));
  }

  private static boolean isOver(RuleRow row, LocalDate today) {
    return row.particulars().validity().until().filter(today::isAfter).isPresent();
  }
}

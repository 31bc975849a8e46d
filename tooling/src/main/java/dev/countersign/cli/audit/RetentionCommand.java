package dev.countersign.cli.audit;

import dev.countersign.audit.replay.VisibleText;
import dev.countersign.audit.retention.Retention;
import dev.countersign.cli.CommandFailure;
import dev.countersign.cli.ExitCode;
import dev.countersign.cli.configuration.Units;
import dev.countersign.cli.sessions.Source;
import dev.countersign.cli.terminal.Table;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code countersign audit retention}: what would be destroyed when. Destroys nothing. */
@Command(
    name = "retention",
    description = {
      "When the payloads of each closed segment are destroyed, and what holds them.",
      "Only looks: a gateway with journal.retention destroys, and with the first segment that",
      "ended after a day the recorded packs of that day."
    },
    mixinStandardHelpOptions = true)
final class RetentionCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Mixin private final Source source = new Source();

  @Option(
      names = "--keep",
      paramLabel = "TIME",
      description = "As if journal.retention were that, e.g. 400d.")
  private @Nullable String keep;

  @Override
  public Integer call() {
    Instant now = Instant.now();
    Table table = new Table("SEGMENT", "RECORDS", "BEGUN", "ENDED", "DUE", "FATE");
    try {
      for (Retention.Fate fate : Retention.preview(source.journalDirectory(), period())) {
        table.row(
            fate.segment().number(),
            fate.segment().first() + "-" + fate.segment().last(),
            fate.segment().begun(),
            fate.segment().ended(),
            fate.dueAt(),
            words(fate, now));
      }
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.UNAVAILABLE,
          "nothing is due, for a segment or a hold cannot be read: " + e.getMessage(),
          e);
    }
    spec.commandLine().getOut().print(table.isEmpty() ? "no segment is closed\n" : table);
    return ExitCode.OK;
  }

  private Duration period() {
    if (keep != null) {
      try {
        return Units.duration(keep);
      } catch (IllegalArgumentException e) {
        throw new CommandFailure(ExitCode.USAGE, keep + " " + e.getMessage(), e);
      }
    }
    Optional<Duration> configured =
        source.configuration().flatMap(configuration -> configuration.journal().retention());
    return configured.orElseThrow(
        () ->
            new CommandFailure(
                ExitCode.USAGE,
                "no journal.retention is known here: nothing is ever destroyed without one; ask"
                    + " what one would do with --keep 400d"));
  }

  private static String words(Retention.Fate fate, Instant now) {
    return fate.hold()
        .map(hold -> "held by " + VisibleText.line(hold.name()))
        .orElse(fate.isDue(now) ? "due" : "kept");
  }
}

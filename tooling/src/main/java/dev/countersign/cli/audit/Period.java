package dev.countersign.cli.audit;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** From when to when: the options of commands that look for something in the record. */
final class Period {

  @Option(
      names = "--since",
      converter = Moment.class,
      paramLabel = "TIME",
      description = "Not before: 30d, 12h, 2026-11-01 or 2026-11-01T08:00:00Z.")
  private @Nullable Instant since;

  @Option(names = "--until", converter = Moment.class, paramLabel = "TIME", description = "Before.")
  private @Nullable Instant until;

  Optional<Instant> since() {
    return Optional.ofNullable(since);
  }

  Optional<Instant> until() {
    return Optional.ofNullable(until);
  }
}

package dev.countersign.cli.audit;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.replay.VisibleText;
import dev.countersign.audit.retention.Hold;
import dev.countersign.audit.retention.Holds;
import dev.countersign.cli.CommandFailure;
import dev.countersign.cli.ExitCode;
import dev.countersign.cli.sessions.Source;
import dev.countersign.cli.terminal.Table;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code countersign audit hold}: keeps what a dispute needs. */
@Command(
    name = "hold",
    description = "Keep recordings although their time is over: legal holds.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
final class HoldCommand implements Runnable {

  /** Later than anything: a hold that nobody has ended yet. */
  private static final Instant OPEN_END = Instant.parse("9999-12-31T00:00:00Z");

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "say what: place, release or list");
  }

  @Command(
      name = "place",
      description = "Nothing recorded in a time is destroyed until the hold is released.",
      mixinStandardHelpOptions = true)
  int place(
      @Mixin Source source,
      @Parameters(index = "0", paramLabel = "NAME", description = "A name, e.g. case-17.")
          String name,
      @Option(
              names = "--from",
              converter = Moment.class,
              paramLabel = "TIME",
              description = "The begin; everything if it is not given.")
          @Nullable Instant from,
      @Option(
              names = "--to",
              converter = Moment.class,
              paramLabel = "TIME",
              description = "The end; also what is still to come, if it is not given.")
          @Nullable Instant until,
      @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why.")
          String reason)
      throws IOException, InterruptedException {
    Holds holds = new Holds(source.journalDirectory());
    Hold hold = hold(name, from, until, reason);
    if (holds.has(name)) {
      throw new CommandFailure(ExitCode.USAGE, "there is a hold " + name + " already");
    }
    source.recordReading(
        by -> new Event.HoldPlaced(name, hold.from(), hold.until(), by, reason),
        spec.commandLine().getErr());
    try {
      holds.place(hold);
    } catch (FileAlreadyExistsException e) {
      throw new CommandFailure(ExitCode.USAGE, "there is a hold " + name + " already", e);
    }
    spec.commandLine().getOut().println("hold " + name + " is placed");
    return ExitCode.OK;
  }

  private static Hold hold(
      String name, @Nullable Instant from, @Nullable Instant until, String reason) {
    try {
      return new Hold(
          name,
          from == null ? Instant.EPOCH : from,
          until == null ? OPEN_END : until,
          System.getProperty("user.name", "unknown"),
          reason);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
    }
  }

  @Command(
      name = "release",
      description = "End a hold; what is due is destroyed at the next occasion.",
      mixinStandardHelpOptions = true)
  int release(
      @Mixin Source source,
      @Parameters(index = "0", paramLabel = "NAME", description = "Its name.") String name,
      @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why.")
          String reason)
      throws IOException, InterruptedException {
    Holds holds = new Holds(source.journalDirectory());
    if (!isThere(holds, name)) {
      throw new CommandFailure(ExitCode.NOT_FOUND, "there is no hold " + name);
    }
    source.recordReading(
        by -> new Event.HoldReleased(name, by, reason), spec.commandLine().getErr());
    holds.release(name);
    spec.commandLine().getOut().println("hold " + name + " is released");
    return ExitCode.OK;
  }

  private static boolean isThere(Holds holds, String name) {
    try {
      return holds.has(name);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
    }
  }

  @Command(name = "list", description = "The holds there are.", mixinStandardHelpOptions = true)
  int list(@Mixin Source source) throws IOException {
    Table table = new Table("HOLD", "FROM", "TO", "BY", "REASON");
    for (Hold hold : new Holds(source.journalDirectory()).all()) {
      table.row(
          hold.name(),
          hold.from().equals(Instant.EPOCH) ? "the begin" : hold.from(),
          hold.until().equals(OPEN_END) ? "open" : hold.until(),
          VisibleText.line(hold.by()),
          VisibleText.line(hold.reason()));
    }
    spec.commandLine().getOut().print(table.isEmpty() ? "nothing is held\n" : table);
    return ExitCode.OK;
  }
}

package dev.countersign.cli.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.exposure.ExposureSearch;
import dev.countersign.audit.exposure.FoldedValue;
import dev.countersign.audit.replay.VisibleText;
import dev.countersign.cli.CommandFailure;
import dev.countersign.cli.ExitCode;
import dev.countersign.cli.sessions.Source;
import dev.countersign.cli.terminal.Table;
import dev.countersign.rules.fact.Subject;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code countersign audit exposure}: who saw a value. */
@Command(
    name = "exposure",
    description = {
      "Who was shown a value of a masked column, and whether it was masked for them.",
      "Needs the owner's private key. The search is recorded, the value is not."
    },
    mixinStandardHelpOptions = true)
final class ExposureCommand implements Callable<Integer> {

  private static final Instant NEVER = Instant.parse("9999-12-31T00:00:00Z");
  private static final int LONGEST_INPUT = 4 * FoldedValue.LONGEST;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Mixin private final Source source = new Source();

  @Option(
      names = "--value",
      required = true,
      paramLabel = "VALUE",
      description =
          "The whole value, however it is written: an address, a number, a name. - reads it from"
              + " the standard input, so that it is in no history of a shell.")
  private String value = "";

  @Option(
      names = "--column",
      paramLabel = "COLUMN",
      description = "Only in this column: schema.table.column, or the label of a computed one.")
  private @Nullable String column;

  @Mixin private final Period period = new Period();

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    FoldedValue wanted = wanted();
    ExposureSearch.Answer answer =
        new ExposureSearch(source.opened(err), source.owner())
            .find(wanted, period.since().orElse(Instant.EPOCH), period.until().orElse(NEVER));
    List<ExposureSearch.Seen> seen = answer.seen().stream().filter(this::isWanted).toList();
    source.recordReading(
        reader -> new Event.RecordSearched(reader, question(wanted), seen.size()), err);
    print(seen);
    if (!answer.unopened().isEmpty()) {
      err.println(
          "Not looked into: what was digested with %d keys that this key does not open or that are gone."
              .formatted(answer.unopened().size()));
      return ExitCode.UNAVAILABLE;
    }
    return seen.isEmpty() ? ExitCode.NOT_FOUND : ExitCode.OK;
  }

  private FoldedValue wanted() throws IOException {
    String text =
        value.equals("-") ? new String(System.in.readNBytes(LONGEST_INPUT), UTF_8) : value;
    try {
      FoldedValue folded = FoldedValue.of(text.strip());
      if (folded.text().isEmpty()) {
        throw new CommandFailure(ExitCode.USAGE, "the value is empty");
      }
      return folded;
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
    }
  }

  private boolean isWanted(ExposureSearch.Seen seen) {
    return column == null || column.equalsIgnoreCase(seen.exposed().column());
  }

  /** What the custody journal is told: enough to ask why, and nothing of the value. */
  private String question(FoldedValue wanted) {
    return "exposure of a value, "
        + wanted.kind().name().toLowerCase(Locale.ROOT)
        + (column == null ? "" : ", in " + column);
  }

  private void print(List<ExposureSearch.Seen> all) {
    Table table =
        new Table("TIME", "DECISION", "SUBJECT", "FOR", "RESOURCE", "COLUMN", "SHOWN", "SURE");
    for (ExposureSearch.Seen seen : all) {
      Event.ValuesExposed exposed = seen.exposed();
      Optional<Subject> subject = seen.session().map(Event.SessionOpened::subject);
      table.row(
          seen.time(),
          exposed.session() + "/" + exposed.command(),
          VisibleText.line(subject.map(Subject::name).orElse("")),
          VisibleText.line(subject.flatMap(Subject::onBehalfOf).orElse("")),
          VisibleText.line(seen.session().map(Event.SessionOpened::resource).orElse("")),
          VisibleText.line(exposed.column()),
          exposed.masked() ? "masked" : "clear",
          seen.certain() ? "yes" : "maybe");
    }
    spec.commandLine().getOut().print(table.isEmpty() ? "nobody was shown it\n" : table);
  }
}

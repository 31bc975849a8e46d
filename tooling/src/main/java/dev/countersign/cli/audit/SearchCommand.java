package dev.countersign.cli.audit;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.EventJson;
import dev.countersign.audit.index.AuditQuery;
import dev.countersign.audit.index.AuditSearch;
import dev.countersign.audit.query.QueryException;
import dev.countersign.audit.query.QueryParser;
import dev.countersign.audit.replay.EventLine;
import dev.countersign.audit.replay.VisibleText;
import dev.countersign.cli.CommandFailure;
import dev.countersign.cli.ExitCode;
import dev.countersign.cli.sessions.Source;
import dev.countersign.cli.terminal.Table;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Finds commands and other events. */
@Command(
    name = "search",
    description = {
      "Commands and events that match, the newest first.",
      "A query is fields and words: rule:SQL-014 and (subject:agent-7 or owner:alice) not"
          + " verdict:allow risk>=50 path:deploy/* content:\"grace hopper\".",
      "docs/auditors.md lists the fields."
    },
    mixinStandardHelpOptions = true)
final class SearchCommand implements Callable<Integer> {

  private static final int WIDTH = 90;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Mixin private final Source source = new Source();

  @Parameters(arity = "0..*", paramLabel = "QUERY", description = "What is looked for.")
  private @Nullable List<String> words;

  @Mixin private final Period period = new Period();

  @Option(
      names = "--limit",
      defaultValue = "50",
      description = "At most so many; ${DEFAULT-VALUE} if none is given.")
  private int limit = 50;

  @Option(names = "--json", description = "The events as they were recorded, one line each.")
  private boolean json;

  @Override
  public Integer call() throws IOException, InterruptedException {
    String text = String.join(" ", words == null ? List.of() : words);
    AuditQuery query = query(text);
    List<AuditSearch.Found> all;
    try (AuditSearch search = source.open(spec.commandLine().getErr())) {
      all = search.find(query);
    }
    source.recordReading(
        reader -> new Event.RecordSearched(reader, text, all.size()), spec.commandLine().getErr());
    if (json) {
      all.forEach(found -> spec.commandLine().getOut().println(EventJson.write(found.event())));
    } else {
      print(all);
    }
    return all.isEmpty() ? ExitCode.NOT_FOUND : ExitCode.OK;
  }

  private AuditQuery query(String text) {
    try {
      AuditQuery query = AuditQuery.all().withLimit(limit).with(QueryParser.parse(text));
      query = period.since().map(query::withSince).orElse(query);
      return period.until().map(query::withUntil).orElse(query);
    } catch (QueryException | IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, "the query cannot be read: " + e.getMessage(), e);
    }
  }

  private void print(List<AuditSearch.Found> all) {
    Table table = new Table("TIME", "DECISION", "SUBJECT", "RESOURCE", "VERDICT", "ROW", "WHAT");
    for (AuditSearch.Found found : all) {
      String subject = found.session().map(session -> session.subject().name()).orElse("");
      String resource = found.session().map(Event.SessionOpened::resource).orElse("");
      found
          .command()
          .ifPresentOrElse(
              command ->
                  table.row(
                      command.recorded().time(),
                      command.decided().session() + "/" + command.decided().command(),
                      subject,
                      resource,
                      command.decided().verdict(),
                      command.decided().rows().isEmpty()
                          ? ""
                          : command.decided().rows().getFirst().rule(),
                      VisibleText.excerpt(command.decided().text(), WIDTH)),
              () ->
                  table.row(
                      found.event().time(),
                      "",
                      subject,
                      resource,
                      "",
                      "",
                      EventLine.of(found.event().event(), WIDTH)));
    }
    spec.commandLine().getOut().print(table.orNothing());
  }
}

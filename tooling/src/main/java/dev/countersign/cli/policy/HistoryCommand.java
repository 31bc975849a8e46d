package dev.countersign.cli.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countersign.cli.ExitCode;
import dev.countersign.cli.api.Access;
import dev.countersign.cli.terminal.Moment;
import dev.countersign.cli.terminal.Table;
import java.io.PrintWriter;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code countersign policy history}. */
@Command(
    name = "history",
    description = "What was in force when, by whom and why; and what waits to be activated.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:Here it is.", "4:Refused: you are neither officer nor auditor."})
final class HistoryCommand implements Callable<Integer> {

  @Mixin private final Access access = new Access();

  @Option(names = "--json", description = "As JSON.")
  private boolean json;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Override
  public Integer call() {
    VersionsClient client = new VersionsClient(access.client());
    JsonNode history = client.history();
    JsonNode versions = client.list().path("versions");
    if (json) {
      ObjectNode both = JsonNodeFactory.instance.objectNode();
      both.set("activations", history);
      both.set("versions", versions);
      spec.commandLine().getOut().println(both.toPrettyString());
    } else {
      PrintWriter out = spec.commandLine().getOut();
      out.print(activations(history));
      Table waiting = waiting(history, versions);
      if (!waiting.isEmpty()) {
        out.println();
        out.print(waiting);
      }
    }
    return ExitCode.OK;
  }

  private static Table activations(JsonNode history) {
    Table table = new Table("NO", "VERSION", "IN FORCE SINCE", "BY", "REPLACED", "REASON");
    for (JsonNode one : history) {
      table.row(
          one.path("number").asText(),
          VersionsClient.brief(one.path("version")),
          Moment.of(one.path("at")),
          one.path("by").path("name").asText(),
          VersionsClient.brief(one.path("replaced")),
          one.path("reason").asText());
    }
    return table;
  }

  private static Table waiting(JsonNode history, JsonNode versions) {
    Set<String> activated = new HashSet<>();
    history.forEach(one -> activated.add(one.path("version").asText()));
    Table table = new Table("NEVER IN FORCE", "SUBMITTED", "BY", "ROWS", "TESTS");
    for (JsonNode version : versions) {
      if (!activated.contains(version.path("id").asText())) {
        table.row(
            VersionsClient.brief(version.path("id")),
            version.path("submitted").asText(),
            version.path("submitter").path("name").asText(),
            version.path("rows").asText(),
            version.path("tests").asText());
      }
    }
    return table;
  }
}

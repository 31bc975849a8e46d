package dev.countersign.cli.approvals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countersign.cli.ExitCode;
import dev.countersign.cli.api.Access;
import dev.countersign.cli.api.EventFeed;
import dev.countersign.cli.terminal.Listing;
import dev.countersign.cli.terminal.Moment;
import dev.countersign.cli.terminal.Table;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Commands of an approver. */
@Command(
    name = "approvals",
    description = "See and answer commands that wait for a human.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = BeforehandCommand.class)
public final class ApprovalsCommand {

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  /** What an approver may say. */
  enum State {
    WAITING,
    APPROVED,
    DENIED,
    EXPIRED,
    WITHDRAWN,
    EXECUTED,
    FAILED
  }

  @Command(
      name = "list",
      description = "Requests you may see, the newest first.",
      mixinStandardHelpOptions = true)
  int list(
      @Mixin Access access,
      @Option(
              names = "--state",
              paramLabel = "STATE",
              description = "Only those: ${COMPLETION-CANDIDATES}; without it all of 7 days.")
          @Nullable State state,
      @Mixin Listing listing) {
    JsonNode approvals =
        new ApprovalsClient(access.client())
            .list(Optional.ofNullable(state).map(s -> s.name().toLowerCase(java.util.Locale.ROOT)));
    listing.print(
        out(),
        approvals,
        new Table("ID", "STATE", "SUBJECT", "RESOURCE", "RULE", "EXPIRES", "COMMAND"),
        (table, one) ->
            table.row(
                one.path("id").asText(),
                one.path("state").asText(),
                one.path("subject").path("name").asText(),
                one.path("resource").asText(),
                one.path("rule").asText(),
                Moment.of(one.path("expires")),
                ApprovalText.inShort(one)));
    return ExitCode.OK;
  }

  @Command(
      name = "watch",
      description = {
        "What waits and what becomes of it, a line each, while it happens; until you end it.",
        "",
        "A lost connection is made again, and nothing is missed."
      },
      mixinStandardHelpOptions = true)
  int watch(
      @Mixin Access access, @Option(names = "--json", description = "As JSON.") boolean json) {
    new EventFeed(access::client, "/api/v1/events?kind=approval")
        .read(new Watching(new ApprovalsClient(access.client()), out(), json));
    return ExitCode.OK;
  }

  @Command(
      name = "show",
      description = "One request, whole: read it before you answer it.",
      mixinStandardHelpOptions = true)
  int show(
      @Mixin Access access,
      @Parameters(index = "0", paramLabel = "ID", description = "As the list shows it.") String id,
      @Option(names = "--json", description = "As JSON.") boolean json) {
    JsonNode approval = new ApprovalsClient(access.client()).show(id);
    out().println(json ? approval.toPrettyString() : ApprovalText.of(approval));
    return ExitCode.OK;
  }

  @Command(
      name = "approve",
      description = {
        "Let exactly this command run, once.",
        "",
        "Several are shown one after the other, each with its digest, before one of them is"
            + " answered."
      },
      mixinStandardHelpOptions = true)
  int approve(@Mixin Access access, @Mixin Answer answer) {
    return answer("approve", new ApprovalsClient(access.client()), answer);
  }

  @Command(name = "deny", description = "Refuse the command.", mixinStandardHelpOptions = true)
  int deny(@Mixin Access access, @Mixin Answer answer) {
    return answer("deny", new ApprovalsClient(access.client()), answer);
  }

  private int answer(String verb, ApprovalsClient client, Answer answer) {
    List<JsonNode> shown = answer.ids.stream().distinct().map(client::show).toList();
    answer.checkDigest(spec.commandLine(), shown);
    if (shown.size() > 1) {
      shown.forEach(approval -> out().println(ApprovalText.of(approval)));
      out().flush();
      answer.confirm(spec.commandLine(), verb, shown.size());
    }
    for (JsonNode one : shown) {
      JsonNode answered = client.answer(verb, one, answer.comment);
      out()
          .println(
              shown.size() > 1
                  ? answered.path("id").asText() + " is " + answered.path("state").asText()
                  : ApprovalText.of(answered));
    }
    return ExitCode.OK;
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}

package dev.countersign.cli.approvals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countersign.cli.ExitCode;
import dev.countersign.cli.api.Access;
import dev.countersign.cli.api.EventFeed;
import dev.countersign.cli.terminal.Table;
import java.io.PrintWriter;
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
    synopsisSubcommandLabel = "COMMAND")
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
      @Option(names = "--json", description = "As JSON.") boolean json) {
    JsonNode approvals =
        new ApprovalsClient(access.client())
            .list(Optional.ofNullable(state).map(s -> s.name().toLowerCase(java.util.Locale.ROOT)));
    if (json) {
      out().println(approvals.toPrettyString());
      return ExitCode.OK;
    }
    Table table = new Table("ID", "STATE", "SUBJECT", "RESOURCE", "RULE", "EXPIRES", "COMMAND");
    for (JsonNode one : approvals) {
      table.row(
          one.path("id").asText(),
          one.path("state").asText(),
          one.path("subject").path("name").asText(),
          one.path("resource").asText(),
          one.path("rule").asText(),
          one.path("expires").asText(),
          one.path("excerpt").asText());
    }
    out().print(table.isEmpty() ? "nothing to see\n" : table);
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
      description = "Let exactly this command run, once.",
      mixinStandardHelpOptions = true)
  int approve(@Mixin Access access, @Mixin Answer answer) {
    ApprovalsClient client = new ApprovalsClient(access.client());
    return told(client.approve(answer.id, answer.digest(client), answer.comment));
  }

  @Command(name = "deny", description = "Refuse the command.", mixinStandardHelpOptions = true)
  int deny(@Mixin Access access, @Mixin Answer answer) {
    ApprovalsClient client = new ApprovalsClient(access.client());
    return told(client.deny(answer.id, answer.digest(client), answer.comment));
  }

  private int told(JsonNode approval) {
    out().println(ApprovalText.of(approval));
    return ExitCode.OK;
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  /** Which request is answered, and what is said. */
  static final class Answer {

    @Parameters(index = "0", paramLabel = "ID", description = "As the list shows it.")
    String id = "";

    @Option(
        names = {"-m", "--comment"},
        paramLabel = "TEXT",
        description = "For the agent and the record.")
    String comment = "";

    @Option(
        names = "--digest",
        paramLabel = "SHA-256",
        description = "The digest you saw with show; without it, that of the request as it is now.")
    @Nullable String digest;

    String digest(ApprovalsClient client) {
      return digest != null ? digest : client.show(id).path("digest").asText();
    }
  }
}

package dev.countersign.cli.approvals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countersign.cli.ExitCode;
import dev.countersign.cli.api.Access;
import dev.countersign.cli.grants.TimeSpan;
import dev.countersign.cli.terminal.Listing;
import dev.countersign.cli.terminal.Moment;
import dev.countersign.cli.terminal.Table;
import java.io.PrintWriter;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Commands that run for a while without being asked for each time. */
@Command(
    name = "beforehand",
    description = "Let the same command run for a while without being asked each time.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
final class BeforehandCommand {

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Command(
      name = "request",
      description = {
        "Ask the approvers of a request to say yes to the same command for a while.",
        "",
        "They answer as they answer the command itself: the same groups, as many people."
      },
      mixinStandardHelpOptions = true)
  int request(
      @Mixin Access access,
      @Parameters(index = "0", paramLabel = "ID", description = "The approval of such a command.")
          String id,
      @Option(
              names = "--for",
              paramLabel = "TIME",
              required = true,
              converter = TimeSpan.class,
              description = "How long, such as 4h; the row says how long at most.")
          Duration window,
      @Option(names = "--reason", paramLabel = "TEXT", required = true, description = "Why.")
          String reason) {
    JsonNode asked = new ApprovalsClient(access.client()).preApprove(id, window, reason);
    out()
        .printf(
            "pre-approval %s waits for approval %s: %s%n",
            asked.path("id").asText(),
            asked.path("approval").asText(),
            asked.path("approvalUrl").asText());
    return ExitCode.WAITING;
  }

  @Command(
      name = "list",
      description = "Pre-approvals you may see, the newest first.",
      mixinStandardHelpOptions = true)
  int list(@Mixin Access access, @Mixin Listing listing) {
    JsonNode all = new ApprovalsClient(access.client()).preApprovals();
    listing.print(
        out(),
        all,
        new Table("ID", "STATE", "SUBJECT", "RESOURCE", "UNTIL", "VALUES", "COMMAND"),
        (table, one) ->
            table.row(
                one.path("id").asText(),
                one.path("state").asText(),
                one.path("subject").path("name").asText(),
                one.path("resource").asText(),
                Moment.of(one.path("until")),
                one.path("values").asText(),
                one.path("excerpt").asText()));
    return ExitCode.OK;
  }

  @Command(
      name = "revoke",
      description = "Take one back: from then on people are asked again.",
      mixinStandardHelpOptions = true)
  int revoke(
      @Mixin Access access,
      @Parameters(index = "0", paramLabel = "ID") String id,
      @Option(names = "--reason", paramLabel = "TEXT", required = true, description = "Why.")
          String reason) {
    JsonNode ended = new ApprovalsClient(access.client()).revoke(id, reason);
    out()
        .printf("pre-approval %s is %s%n", ended.path("id").asText(), ended.path("state").asText());
    return ExitCode.OK;
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}

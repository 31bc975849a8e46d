package dev.countersign.cli.notifications;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countersign.cli.ExitCode;
import dev.countersign.cli.api.Access;
import dev.countersign.cli.api.ApiClient;
import dev.countersign.cli.terminal.Listing;
import dev.countersign.cli.terminal.Table;
import java.io.PrintWriter;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Looks at what webhooks did not take, and sends it again. */
@Command(
    name = "notifications",
    description = "Messages to webhooks that nobody took.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
public final class NotificationsCommand {

  private static final String PATH = "/api/v1/notifications";

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Command(
      name = "dead",
      description = "Those that have been given up, the newest first.",
      mixinStandardHelpOptions = true)
  int dead(@Mixin Access access, @Mixin Listing listing) {
    JsonNode dead = access.client().list(PATH, "notifications").path("notifications");
    listing.print(
        out(),
        dead,
        new Table("ID", "CREATED", "WEBHOOK", "EVENT", "APPROVAL", "ATTEMPTS", "ERROR"),
        (table, one) ->
            table.row(
                one.path("id").asText(),
                one.path("created").asText(),
                one.path("webhook").asText(),
                one.path("event").asText(),
                one.path("approval").asText(),
                one.path("attempts").asText(),
                one.path("error").asText()));
    return ExitCode.OK;
  }

  @Command(
      name = "retry",
      description = "Try some of them again, from the first attempt on.",
      mixinStandardHelpOptions = true)
  int retry(
      @Mixin Access access,
      @Parameters(arity = "1..*", paramLabel = "ID", description = "As the list shows it.")
          long[] ids) {
    ApiClient api = access.client();
    for (long id : ids) {
      api.post(PATH + "/" + id + "/retry", Map.of());
      out().println("message " + id + " is due again");
    }
    return ExitCode.OK;
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}

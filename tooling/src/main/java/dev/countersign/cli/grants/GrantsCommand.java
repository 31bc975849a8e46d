package dev.countersign.cli.grants;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countersign.cli.ExitCode;
import dev.countersign.cli.api.Access;
import dev.countersign.cli.api.ApiClient;
import dev.countersign.cli.terminal.Listing;
import dev.countersign.cli.terminal.Moment;
import dev.countersign.cli.terminal.Table;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Looks at grants, and ends them. */
@Command(
    name = "grants",
    description = "Look at grants, let them hold longer, take them back.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
public final class GrantsCommand {

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Command(
      name = "list",
      description = "Grants you may see, the newest first.",
      mixinStandardHelpOptions = true)
  int list(@Mixin Access access, @Mixin Listing listing) {
    JsonNode grants = access.client().list("/api/v1/grants", "grants").path("grants");
    listing.print(
        out(),
        grants,
        new Table("ID", "STATE", "SUBJECT", "RESOURCE", "UNTIL", "SCOPE", "REASON"),
        (table, grant) ->
            table.row(
                grant.path("id").asText(),
                grant.path("state").asText(),
                grant.path("subject").path("name").asText(),
                grant.path("resource").asText(),
                Moment.of(grant.path("until")),
                grant.path("scope").asText(),
                grant.path("reason").asText()));
    return ExitCode.OK;
  }

  @Command(name = "show", description = "One grant, whole.", mixinStandardHelpOptions = true)
  int show(@Mixin Access access, @Parameters(index = "0", paramLabel = "ID") String id) {
    out().println(access.client().get(path(id)).toPrettyString());
    return ExitCode.OK;
  }

  @Command(
      name = "extend",
      description = "Let a grant hold longer, where nobody needs to be asked for that.",
      mixinStandardHelpOptions = true)
  int extend(
      @Mixin Access access,
      @Parameters(index = "0", paramLabel = "ID") String id,
      @Option(
              names = "--for",
              paramLabel = "TIME",
              required = true,
              converter = TimeSpan.class,
              description = "How much longer, such as 30m.")
          Duration duration) {
    JsonNode grant = access.client().post(path(id) + "/extend", Map.of("for", duration.toString()));
    out()
        .printf(
            "grant %s holds until %s%n", grant.path("id").asText(), Moment.of(grant.path("until")));
    return ExitCode.OK;
  }

  @Command(
      name = "revoke",
      description = "Take a grant back; its sessions end within two seconds.",
      mixinStandardHelpOptions = true)
  int revoke(
      @Mixin Access access,
      @Parameters(index = "0", paramLabel = "ID") String id,
      @Option(names = "--reason", paramLabel = "TEXT", required = true, description = "Why.")
          String reason) {
    JsonNode grant = access.client().post(path(id) + "/revoke", Map.of("reason", reason));
    out().printf("grant %s is %s%n", grant.path("id").asText(), grant.path("state").asText());
    return ExitCode.OK;
  }

  private static String path(String id) {
    return "/api/v1/grants/" + ApiClient.encoded(id);
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}

package dev.countersign.cli.login;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countersign.audit.replay.VisibleText;
import dev.countersign.cli.ExitCode;
import dev.countersign.cli.api.Access;
import dev.countersign.cli.terminal.Moment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Says who the gateway takes somebody for. */
@Command(
    name = "whoami",
    description = "Who the gateway takes you for: name, kind, groups, and for whom you act.",
    mixinStandardHelpOptions = true)
public final class WhoAmICommand implements Callable<Integer> {

  @Mixin private Access access = new Access();

  @Option(names = "--json", description = "Answer in JSON.")
  private boolean json;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Override
  public Integer call() {
    JsonNode who = access.client().get("/api/v1/whoami");
    spec.commandLine().getOut().println(json ? who.toPrettyString() : text(who));
    return ExitCode.OK;
  }

  static String text(JsonNode who) {
    JsonNode subject = who.path("subject");
    List<String> groups = new ArrayList<>();
    subject.path("groups").forEach(group -> groups.add(group.asText()));
    String owner = subject.path("onBehalfOf").asText("");
    return VisibleText.line(
        "%s %s of %s%s%s, until %s"
                .formatted(
                    subject.path("kind").asText(),
                    subject.path("name").asText(),
                    subject.path("issuer").asText(),
                    groups.isEmpty() ? "" : ", in " + String.join(", ", groups),
                    owner.isEmpty() ? "" : ", on behalf of " + owner,
                    Moment.of(who.path("expires")))
            + emergencies(who.path("emergencies")));
  }

  /** Nobody works under an emergency without knowing it. */
  private static String emergencies(JsonNode open) {
    StringBuilder text = new StringBuilder();
    for (JsonNode one : open) {
      text.append("; emergency ")
          .append(one.path("id").asText())
          .append(" is open until ")
          .append(Moment.of(one.path("until")));
    }
    return text.toString();
  }
}

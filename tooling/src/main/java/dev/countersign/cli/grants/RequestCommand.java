package dev.countersign.cli.grants;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countersign.cli.ExitCode;
import dev.countersign.cli.api.Access;
import dev.countersign.cli.terminal.Moment;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Asks to be let in to a resource for a while. */
@Command(
    name = "request",
    description = {
      "Ask to be let in to a resource for a while.",
      "",
      "Ends with 0 if the grant holds, with 5 if a human must say yes first."
    },
    mixinStandardHelpOptions = true)
public final class RequestCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Mixin private final Access access = new Access();

  @Parameters(index = "0", paramLabel = "RESOURCE", description = "To what.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private String resource;

  @Option(
      names = "--for",
      paramLabel = "TIME",
      converter = TimeSpan.class,
      description = "For how long, such as 30m, 8h or 5d; 30m if not said.")
  private Duration duration = Duration.ofMinutes(30);

  @Option(
      names = "--from",
      paramLabel = "TIME",
      description = "From when on, such as 2026-11-25T22:00:00Z; from now on if not said.")
  private @Nullable String from;

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      required = true,
      description = "A ticket, or why.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private String reason;

  /** What may be done. */
  enum Extent {
    READ,
    ALL
  }

  @Option(
      names = "--scope",
      paramLabel = "read|all",
      description = "read lets nothing be changed; all if not said.")
  private Extent scope = Extent.ALL;

  @Option(
      names = "--table",
      paramLabel = "GLOB",
      description = "Only these relations, such as public.orders; may be repeated.")
  private List<String> tables = List.of();

  @Option(
      names = "--namespace",
      paramLabel = "GLOB",
      description = "Only these namespaces; may be repeated.")
  private List<String> namespaces = List.of();

  @Option(
      names = "--ref",
      paramLabel = "GLOB",
      description = "Only pushes to these refs, such as refs/heads/agent/*; may be repeated.")
  private List<String> refs = List.of();

  @Option(
      names = "--statement",
      paramLabel = "TEXT",
      description =
          "Only this command, once: a statement, or the whole text of a push or request as its"
              + " approval shows it.")
  private @Nullable String statement;

  @Option(names = "--once", description = "For one session only.")
  private boolean once;

  @Option(names = "--json", description = "As JSON.")
  private boolean json;

  @Override
  public Integer call() {
    JsonNode grant = access.client().post("/api/v1/grants", body());
    boolean holds = grant.path("state").asText().equals("given");
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(grant.toPrettyString());
    } else if (holds) {
      out.printf(
          "grant %s holds until %s%n", grant.path("id").asText(), Moment.of(grant.path("until")));
    } else {
      out.printf(
          "grant %s waits for approval %s: %s%n",
          grant.path("id").asText(),
          grant.path("approval").asText(),
          grant.path("approvalUrl").asText());
    }
    return holds ? ExitCode.OK : ExitCode.WAITING;
  }

  private Map<String, Object> body() {
    Map<String, Object> narrowed = new LinkedHashMap<>();
    narrowed.put("readOnly", scope == Extent.READ);
    narrowed.put("tables", tables);
    narrowed.put("namespaces", namespaces);
    narrowed.put("refs", refs);
    if (statement != null) {
      narrowed.put("statement", statement);
    }
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("resource", resource);
    body.put("for", duration.toString());
    body.put("reason", reason);
    body.put("once", once);
    body.put("scope", narrowed);
    if (from != null) {
      body.put("from", from);
    }
    return body;
  }
}

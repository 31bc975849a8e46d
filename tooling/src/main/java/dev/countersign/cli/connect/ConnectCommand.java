package dev.countersign.cli.connect;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countersign.cli.ExitCode;
import dev.countersign.cli.api.Access;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Mints a session credential and prints what clients need to use it. */
@Command(
    name = "connect",
    description = {
      "Get a password for one resource that ends soon, and what clients need to use it.",
      "eval \"$(countersign connect orders)\" && psql"
    },
    mixinStandardHelpOptions = true)
public final class ConnectCommand implements Callable<Integer> {

  @Mixin private Access access = new Access();

  @Parameters(paramLabel = "RESOURCE", description = "What to get to; see: resources list.")
  private String resource = "";

  @Option(
      names = "--for",
      paramLabel = "TIME",
      description = "How long, such as 10m; the gateway's usual time if nothing is said.")
  private @Nullable String ttl;

  @Option(names = "--json", description = "Print it in JSON.")
  private boolean json;

  @Option(
      names = "--write",
      description =
          "Write it where clients look: a service in ~/.pg_service.conf, or a kubeconfig. Mode"
              + " 0600.")
  private boolean write;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    Minted minted = Minting.fresh(access, resource, Minting.lifetime(ttl));
    Connection connection = Connection.of(minted, access);
    if (write) {
      Connection.Written written = connection.write();
      out.println("Written to " + written.file() + ", good until " + minted.expires() + ":");
      out.println(written.usage());
    } else if (json) {
      out.println(json(minted, connection).toPrettyString());
    } else {
      out.println(connection.guide());
      out.println("# good until " + minted.expires());
    }
    return ExitCode.OK;
  }

  private static ObjectNode json(Minted minted, Connection connection) {
    ObjectNode out = new ObjectMapper().createObjectNode();
    out.put("id", minted.id());
    out.put("resource", minted.resource());
    out.put("credential", minted.secret());
    out.put("expires", minted.expires().toString());
    ObjectNode environment = out.putObject("environment");
    connection.environment().forEach(environment::put);
    return out;
  }
}

package dev.countersign.cli.approvals;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countersign.cli.CommandFailure;
import dev.countersign.cli.ExitCode;
import java.io.Console;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** Which requests are answered, and what is said. */
final class Answer {

  /** Nobody reads more at a time. */
  private static final int MOST = 20;

  @Parameters(arity = "1..*", paramLabel = "ID", description = "As the list shows it.")
  List<String> ids = List.of();

  @Option(
      names = {"-m", "--comment"},
      paramLabel = "TEXT",
      description = "For the agent and the record; a no has one.")
  String comment = "";

  @Option(
      names = "--digest",
      paramLabel = "SHA-256",
      description = "The digest you saw with show; without it, that of the request as it is now.")
  private @Nullable String digest;

  @Option(names = "--yes", description = "Answer several without being asked again.")
  private boolean yes;

  /** Whoever names a digest answers one request, and only if it is that. */
  void checkDigest(CommandLine line, List<JsonNode> shown) {
    if (shown.size() > MOST) {
      throw new ParameterException(line, "at most " + MOST + " are answered at a time");
    }
    if (digest == null) {
      return;
    }
    if (shown.size() > 1) {
      throw new ParameterException(line, "--digest is of one request");
    }
    if (!digest.equalsIgnoreCase(shown.getFirst().path("digest").asText())) {
      throw new CommandFailure(
          ExitCode.REFUSED,
          "the answer is about another command than the one that waits (look at it again:"
              + " countersign approvals show)");
    }
  }

  /** Asks whoever has read them. */
  void confirm(CommandLine line, String verb, int count) {
    if (yes) {
      return;
    }
    Console console = requireNonNull(System.console());
    if (!console.isTerminal()) {
      throw new ParameterException(line, "several are answered from a terminal, or with --yes");
    }
    String said = console.readLine("%s all %d of them? [y/N] ", verb, count);
    if (said == null || !said.strip().equalsIgnoreCase("y")) {
      throw new CommandFailure(ExitCode.FAILED, "nothing was answered");
    }
  }
}

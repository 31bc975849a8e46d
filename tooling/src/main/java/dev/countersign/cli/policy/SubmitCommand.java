package dev.countersign.cli.policy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countersign.cli.CommandFailure;
import dev.countersign.cli.ExitCode;
import dev.countersign.cli.api.Access;
import dev.countersign.cli.terminal.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code countersign policy submit}. */
@Command(
    name = "submit",
    description = "Keep a workbook as a version that another officer can put in force.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:It is kept.",
      "4:Refused: it has faults, its tests fail, or you are no officer."
    })
final class SubmitCommand implements Callable<Integer> {

  @Parameters(index = "0", paramLabel = "XLSX", description = "The workbook.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path workbook;

  @Mixin private final Access access = new Access();

  @Option(names = "--json", description = "As JSON.")
  private boolean json;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    byte[] xlsx;
    try {
      xlsx = Files.readAllBytes(workbook);
    } catch (NoSuchFileException e) {
      throw new CommandFailure(ExitCode.USAGE, "there is no file " + workbook, e);
    }
    JsonNode version = new VersionsClient(access.client()).submit(xlsx);
    if (json) {
      spec.commandLine().getOut().println(version.toPrettyString());
      return ExitCode.OK;
    }
    spec.commandLine()
        .getOut()
        .print(
            new Table("VERSION", "SUBMITTED BY", "ROWS", "TESTS", "NEXT")
                .row(
                    VersionsClient.brief(version.path("id")),
                    version.path("submitter").path("name").asText(),
                    version.path("rows").asText(),
                    version.path("tests").asText() + " passed",
                    version.path("fourEyes").asBoolean()
                        ? "another officer activates it"
                        : "activate it"));
    return ExitCode.OK;
  }
}

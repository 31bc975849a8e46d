package dev.countersign.cli.policy;

import dev.countersign.cli.CommandFailure;
import dev.countersign.cli.ExitCode;
import dev.countersign.cli.api.Access;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code countersign policy fetch}. */
@Command(
    name = "fetch",
    description = "Write the workbook of a version to a file, as it was submitted.",
    mixinStandardHelpOptions = true)
final class FetchCommand implements Callable<Integer> {

  @Parameters(
      index = "0",
      paramLabel = "VERSION",
      description =
          "Its id, or as much of it as tells it from the others; or a day, such as 2026-05-03: what"
              + " was in force when it ended, UTC.")
  private String version = "";

  @Parameters(index = "1", paramLabel = "XLSX", description = "A file that does not exist yet.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path workbook;

  @Mixin private final Access access = new Access();

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    VersionsClient versions = new VersionsClient(access.client());
    byte[] xlsx = versions.workbook(versions.whole(version));
    try {
      Files.write(workbook, xlsx, StandardOpenOption.CREATE_NEW);
    } catch (FileAlreadyExistsException e) {
      throw new CommandFailure(ExitCode.USAGE, workbook + " exists; it is not written over", e);
    }
    spec.commandLine().getOut().println("wrote " + workbook);
    return ExitCode.OK;
  }
}

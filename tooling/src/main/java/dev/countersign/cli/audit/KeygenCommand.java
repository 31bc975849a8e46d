package dev.countersign.cli.audit;

import dev.countersign.cli.CommandFailure;
import dev.countersign.cli.ExitCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code countersign audit keygen}: an owner's key pair. */
@Command(
    name = "keygen",
    description = {
      "Make the key pair that recordings are encrypted to.",
      "The gateway gets the public half as journal.ownerKey; keep the private half away from it."
    },
    mixinStandardHelpOptions = true)
final class KeygenCommand implements Callable<Integer> {

  @Option(
      names = "--directory",
      paramLabel = "DIR",
      defaultValue = ".",
      description = "Where the files are written; here if it is not given.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path directory;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Override
  public Integer call() {
    try {
      OwnerKeyFiles made = OwnerKeyFiles.make(directory);
      var out = spec.commandLine().getOut();
      out.println("key      " + made.id());
      out.println("public   " + made.publicKey() + "   (journal.ownerKey of the gateway)");
      out.println("private  " + made.privateKey() + "   (opens every recording: keep it apart)");
      return ExitCode.OK;
    } catch (IOException e) {
      throw new CommandFailure(ExitCode.FAILED, String.valueOf(e.getMessage()), e);
    }
  }
}

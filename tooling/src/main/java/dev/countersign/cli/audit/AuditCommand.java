package dev.countersign.cli.audit;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code countersign audit}: what auditors do with the record. */
@Command(
    name = "audit",
    description = "Search the record, verify it, and show it to others.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      SearchCommand.class,
      ExposureCommand.class,
      CustodyCommand.class,
      EvidenceCommand.class,
      KibanaCommand.class,
      PackCommand.class,
      ReconcileCommand.class,
      RetentionCommand.class,
      HoldCommand.class,
      VerifyCommand.class,
      KeygenCommand.class,
      RotateKeyCommand.class
    })
public final class AuditCommand implements Runnable {

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }
}

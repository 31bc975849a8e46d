package dev.countersign.cli;

import dev.countersign.audit.journal.JournalException;
import dev.countersign.cli.approvals.ApprovalsCommand;
import dev.countersign.cli.audit.AuditCommand;
import dev.countersign.cli.bench.BenchCommand;
import dev.countersign.cli.config.ConfigCommand;
import dev.countersign.cli.connect.ConnectCommand;
import dev.countersign.cli.connect.GitCredentialCommand;
import dev.countersign.cli.connect.KubeCredentialCommand;
import dev.countersign.cli.connect.ResourcesCommand;
import dev.countersign.cli.connect.RunCommand;
import dev.countersign.cli.demo.DemoCommand;
import dev.countersign.cli.emergency.EmergencyCommand;
import dev.countersign.cli.gateway.ServeCommand;
import dev.countersign.cli.grants.GrantsCommand;
import dev.countersign.cli.grants.RequestCommand;
import dev.countersign.cli.login.LoginCommand;
import dev.countersign.cli.login.LogoutCommand;
import dev.countersign.cli.login.TokenCommand;
import dev.countersign.cli.login.WhoAmICommand;
import dev.countersign.cli.notifications.NotificationsCommand;
import dev.countersign.cli.policy.PolicyCommand;
import dev.countersign.cli.sessions.SessionsCommand;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line. */
@Command(
    name = "countersign",
    description =
        "A policy gateway for AI agents: a workbook's rows decide, humans approve, everything is"
            + " recorded.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    scope = CommandLine.ScopeType.LOCAL,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      ServeCommand.class,
      DemoCommand.class,
      ConfigCommand.class,
      LoginCommand.class,
      LogoutCommand.class,
      TokenCommand.class,
      WhoAmICommand.class,
      ResourcesCommand.class,
      ConnectCommand.class,
      RunCommand.class,
      GitCredentialCommand.class,
      KubeCredentialCommand.class,
      PolicyCommand.class,
      ApprovalsCommand.class,
      RequestCommand.class,
      GrantsCommand.class,
      EmergencyCommand.class,
      SessionsCommand.class,
      NotificationsCommand.class,
      AuditCommand.class,
      BenchCommand.class,
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:It worked.",
      "1:It ran and the answer is no: faults were found, the tour differs.",
      "2:The command line is wrong.",
      "3:What was asked for does not exist, or not for you.",
      "4:The gateway refuses it.",
      "5:It waits: a human must say yes first.",
      "69:Something it needs is not there: a port, a file, a server, a program.",
      "70:A fault of Countersign itself."
    })
public final class Countersign implements Runnable {

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  public static void main(String[] args) {
    System.exit(
        run(
            new PrintWriter(System.out, true, StandardCharsets.UTF_8),
            new PrintWriter(System.err, true, StandardCharsets.UTF_8),
            args));
  }

  /** Runs one command line and gives its exit code. */
  public static int run(PrintWriter out, PrintWriter err, String... args) {
    CommandLine line = new CommandLine(new Countersign());
    line.setOut(out);
    line.setErr(err);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExecutionExceptionHandler((failure, command, parsed) -> tell(failure, err));
    int exitCode = line.execute(args);
    out.flush();
    err.flush();
    return exitCode;
  }

  private static int tell(Exception failure, PrintWriter err) {
    if (failure instanceof CommandFailure expected) {
      err.println(expected.getMessage());
      return expected.exitCode();
    }
    if (failure instanceof JournalException journal) {
      err.println(journal.getMessage());
      return ExitCode.UNAVAILABLE;
    }
    failure.printStackTrace(err);
    return ExitCode.BROKEN;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }
}

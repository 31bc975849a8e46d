package dev.countersign.cli.audit;

import dev.countersign.audit.verify.OwnerOpener;
import dev.countersign.audit.verify.Report;
import dev.countersign.audit.verify.SignerKey;
import dev.countersign.audit.verify.Verifier;
import dev.countersign.cli.CommandFailure;
import dev.countersign.cli.ExitCode;
import dev.countersign.cli.demo.RunningDemo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code countersign audit verify}: whether a journal is as it was written. */
@Command(
    name = "verify",
    description = {
      "Find out whether a journal is as it was written, and name what is not.",
      "Needs no gateway and no key. The same as a program of its own: countersign-verifier.jar."
    },
    mixinStandardHelpOptions = true)
final class VerifyCommand implements Callable<Integer> {

  @Option(
      names = "--journal",
      paramLabel = "DIR",
      description = "The journal's folder; that of the demo that runs here if it is not given.")
  private @Nullable Path journal;

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description = "The owner's private key: payloads are opened and compared, too.")
  private @Nullable Path key;

  @Option(
      names = "--public-key",
      paramLabel = "FILE",
      description = "A key that signs checkpoints (PEM), as you have it from elsewhere.")
  private List<Path> publicKeys = new ArrayList<>();

  @Option(
      names = "--anchors",
      paramLabel = "PATH",
      description = "Checkpoints that were kept elsewhere: a file, or a folder of them.")
  private List<Path> anchors = new ArrayList<>();

  @Option(names = "--json", description = "The result as JSON.")
  private boolean json;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Override
  public Integer call() {
    try {
      Optional<OwnerOpener> owner =
          key == null ? Optional.empty() : Optional.of(OwnerOpener.jwk(Files.readString(key)));
      List<SignerKey> signers = new ArrayList<>();
      for (Path file : publicKeys) {
        signers.add(SignerKey.pem(Files.readString(file)));
      }
      Report report = new Verifier(folder(), owner, signers, anchors).run();
      var out = spec.commandLine().getOut();
      (json ? List.of(report.json()) : report.lines()).forEach(out::println);
      return report.isSound() ? ExitCode.OK : ExitCode.FAILED;
    } catch (IOException | IllegalArgumentException e) {
      throw new CommandFailure(
          ExitCode.UNAVAILABLE, "the journal cannot be verified: " + e.getMessage(), e);
    }
  }

  private Path folder() {
    return Optional.ofNullable(journal)
        .or(() -> RunningDemo.find().map(RunningDemo::journal))
        .orElseThrow(() -> new CommandFailure(ExitCode.USAGE, "no demo runs here; give --journal"));
  }
}

package dev.countersign.cli.audit;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.evidence.EvidenceKey;
import dev.countersign.audit.evidence.EvidencePackage;
import dev.countersign.audit.evidence.EvidenceRequest;
import dev.countersign.cli.CommandFailure;
import dev.countersign.cli.ExitCode;
import dev.countersign.cli.sessions.Source;
import dev.countersign.rules.policy.WorkbookPolicy;
import dev.countersign.rules.workbook.Faults;
import dev.countersign.rules.workbook.Workbook;
import dev.countersign.rules.workbook.WorkbookReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes an evidence package. */
@Command(
    name = "evidence",
    description = "What the record shows for controls of NIST SP 800-53, as one signed file.",
    mixinStandardHelpOptions = true)
final class EvidenceCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Mixin private final Source source = new Source();

  @Option(
      names = "--from",
      required = true,
      converter = Moment.class,
      paramLabel = "TIME",
      description = "The begin of the period: 90d, 2026-10-01 or 2026-10-01T00:00:00Z.")
  private Instant from = Instant.EPOCH;

  @Option(
      names = "--to",
      required = true,
      converter = Moment.class,
      paramLabel = "TIME",
      description = "Its end, not in it; not in the future.")
  private Instant until = Instant.EPOCH;

  @Option(
      names = "--controls",
      split = ",",
      paramLabel = "CONTROL",
      description =
          "Families or controls: AC,AU-9; all that there is evidence for if none is given.")
  private @Nullable List<String> controls;

  @Option(
      names = "--workbooks",
      split = ",",
      paramLabel = "XLSX",
      description =
          "Workbooks of policy versions that were in force: the package tells how they differ.")
  private @Nullable List<Path> workbooks;

  @Option(
      names = "--sign-with",
      defaultValue = "evidence.key",
      paramLabel = "FILE",
      description =
          "The Ed25519 key to sign with; ${DEFAULT-VALUE} if none is given, made if missing.")
  private Path signWith = Path.of("evidence.key");

  @Option(
      names = "--output",
      defaultValue = "evidence.zip",
      paramLabel = "FILE",
      description = "The package; its signature is written beside it, with .sig.")
  private Path output = Path.of("evidence.zip");

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (until.isAfter(Instant.now())) {
      throw new CommandFailure(
          ExitCode.USAGE, "--to lies in the future: a period that has not ended may still grow");
    }
    List<String> asked = controls == null ? List.of() : controls;
    byte[] zip;
    try {
      zip =
          EvidencePackage.make(
              new EvidenceRequest(source.whole(), from, until, asked, versions()),
              spec.root().version()[0]);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
    }
    String digest = digest(zip);
    byte[] signature = EvidenceKey.open(signWith).sign(zip);
    source.recordReading(
        reader -> new Event.EvidenceExported(reader, from, until, asked, digest),
        spec.commandLine().getErr());
    write(output, zip);
    write(output.resolveSibling(output.getFileName() + ".sig"), signature);
    spec.commandLine().getOut().println("wrote " + output + ", SHA-256 " + digest);
    return ExitCode.OK;
  }

  /** By the version that a gateway makes of them. */
  private Map<String, Workbook> versions() throws IOException {
    Map<String, Workbook> versions = new HashMap<>();
    for (Path file : workbooks == null ? List.<Path>of() : workbooks) {
      switch (WorkbookReader.read(file)) {
        case Workbook workbook -> versions.put(new WorkbookPolicy(workbook).id(), workbook);
        case Faults faults ->
            throw new CommandFailure(
                ExitCode.USAGE,
                "%s is no policy: it has %d faults; countersign policy lint names them"
                    .formatted(file, faults.lines().size()));
      }
    }
    return versions;
  }

  private static void write(Path file, byte[] bytes) throws IOException {
    Files.write(
        file,
        bytes,
        StandardOpenOption.CREATE,
        StandardOpenOption.TRUNCATE_EXISTING,
        StandardOpenOption.WRITE);
  }

  private static String digest(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}

package dev.countersign.cli.audit;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.journal.DataKeys;
import dev.countersign.audit.pack.RecordedPacks;
import dev.countersign.cli.CommandFailure;
import dev.countersign.cli.ExitCode;
import dev.countersign.cli.sessions.Source;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code countersign audit pack}: what was pushed, byte for byte. */
@Command(
    name = "pack",
    description = {
      "The pack of a push that was recorded, for git index-pack.",
      "Needs the owner's private key. The reading is recorded."
    },
    mixinStandardHelpOptions = true)
final class PackCommand implements Callable<Integer> {

  private static final String PREFIX = "sha256:";

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Mixin private final Source source = new Source();

  @Parameters(
      paramLabel = "SHA256",
      description = "The digest of the pack, as the record names it: sha256:… or only the hex.")
  private String digest = "";

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "FILE",
      description = "Where it is written to; the file must not be there yet.")
  private Path output = Path.of("");

  @Override
  public Integer call() throws InterruptedException {
    String sha256 = digest.startsWith(PREFIX) ? digest.substring(PREFIX.length()) : digest;
    if (!sha256.matches("[0-9a-f]{64}")) {
      throw new CommandFailure(
          ExitCode.USAGE, "the digest of a pack is 64 hexadecimal digits, not " + digest);
    }
    if (Files.exists(output)) {
      throw new CommandFailure(ExitCode.USAGE, output + " is there already");
    }
    DataKeys owner = source.owner();
    RecordedPacks packs = RecordedPacks.beside(source.journalDirectory());
    source.recordReading(
        reader -> new Event.RecordSearched(reader, "pack " + PREFIX + sha256, 1),
        spec.commandLine().getErr());
    try {
      return open(packs, sha256, owner);
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.UNAVAILABLE, "the pack was not written: " + e.getMessage(), e);
    }
  }

  /** Under its name stands only what was checked to its end. */
  private int open(RecordedPacks packs, String sha256, DataKeys owner) throws IOException {
    Path part = output.resolveSibling(output.getFileName() + ".part");
    try {
      boolean found;
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(part))) {
        found = packs.open(sha256, owner, out);
      }
      if (!found) {
        spec.commandLine().getErr().println("no pack of that digest is kept beside the journal");
        return ExitCode.NOT_FOUND;
      }
      Files.move(part, output, StandardCopyOption.ATOMIC_MOVE);
      return ExitCode.OK;
    } finally {
      Files.deleteIfExists(part);
    }
  }
}

package dev.countersign.cli.sessions;

import dev.countersign.audit.journal.DataKeys;
import dev.countersign.audit.journal.StoredJournal;
import dev.countersign.cli.CommandFailure;
import dev.countersign.cli.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The owner's key: the option of every command that opens recordings. */
public final class RecordKeys {

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description =
          "The owner's private key, which opens what this machine may no longer read; the journal"
              + " is read then.")
  private @Nullable Path key;

  public boolean isGiven() {
    return key != null;
  }

  /** The owner's key by itself. */
  DataKeys owner() {
    if (key == null) {
      throw new CommandFailure(
          ExitCode.USAGE, "only the owner can ask that; give the private key with --key");
    }
    return owner(key);
  }

  /** A journal, with that key and those that a gateway left on this machine. */
  public StoredJournal open(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new CommandFailure(ExitCode.UNAVAILABLE, folder + " is no folder");
    }
    StoredJournal local = StoredJournal.local(folder);
    return key == null ? local : local.with(owner(key));
  }

  private static DataKeys owner(Path file) {
    try {
      return DataKeys.owner(file);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
    }
  }
}

package dev.countersign.proxy.git;

import dev.countersign.proxy.frontdoor.BodyTooLargeException;
import dev.countersign.proxy.git.sha256.KnownNames;
import dev.countersign.proxy.git.sha256.TranslatedPack;
import dev.countersign.proxy.git.sha256.Translation;
import dev.countersign.proxy.git.sha256.TranslationLimits;
import dev.countersign.proxy.git.wire.GitWireException;
import dev.countersign.proxy.git.wire.PackOutline;
import dev.countersign.proxy.git.wire.PlainText;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.PackedObjectInfo;

/**
 * Takes a pack whose objects are named by SHA-256 into a repository that names them by SHA-1.
 *
 * @param into the repository
 * @param directory for what comes of the pack; empty
 * @param known names of what the pack may build on; those of the pack are added
 */
record TranslatedIntake(Repository into, Path directory, KnownNames known) {

  /** What was taken. */
  record Taken(List<PackedObjectInfo> objects, TranslatedPack pack) {}

  /** Learns of the names before the objects are there: none is ever without one. */
  @FunctionalInterface
  interface Named {
    void named(TranslatedPack pack) throws IOException;
  }

  /**
   * Takes one.
   *
   * @param outline of the pack as it comes
   * @param written bytes on the disk besides the pack, twice
   */
  Taken take(
      InputStream in,
      PackIntake.Limits limits,
      PackOutline.Limits outline,
      long written,
      Optional<PackScan> scan,
      Named named)
      throws IOException, GitRefusedException {
    TranslatedPack pack;
    try {
      pack =
          Translation.take(
              in,
              directory,
              known,
              new TranslationLimits(
                  limits.objects(),
                  limits.objectBytes(),
                  outline,
                  written,
                  System.nanoTime() + limits.time().toNanos()));
    } catch (GitWireException.TooMuch e) {
      throw new GitRefusedException("GIT-PACK-LIMIT", String.valueOf(e.getMessage()));
    } catch (GitWireException.Incomplete e) {
      throw new GitRefusedException("GIT-INCOMPLETE", String.valueOf(e.getMessage()));
    } catch (BodyTooLargeException e) {
      throw e;
    } catch (IOException e) {
      throw new GitRefusedException(
          "GIT-PACK", "the pack is not whole: " + PlainText.line(String.valueOf(e.getMessage())));
    }
    for (Path file : pack.names()) {
      known.add(file);
    }
    named.named(pack);
    try (InputStream inner = new BufferedInputStream(Files.newInputStream(pack.inner()))) {
      return new Taken(PackIntake.take(inner, into, limits, scan), pack);
    } finally {
      Files.deleteIfExists(pack.inner());
    }
  }
}

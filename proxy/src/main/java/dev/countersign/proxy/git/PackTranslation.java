package dev.countersign.proxy.git;

import dev.countersign.proxy.frontdoor.BodyTooLargeException;
import dev.countersign.proxy.git.sha256.KnownNames;
import dev.countersign.proxy.git.sha256.TranslatedPack;
import dev.countersign.proxy.git.sha256.Translation;
import dev.countersign.proxy.git.wire.PackLimits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/** Takes packs whose objects are named by SHA-256, or says in a client's words why not. */
final class PackTranslation {

  private PackTranslation() {}

  /**
   * Takes one.
   *
   * @param directory for what comes of it; empty
   * @param known names of what it may build on; those of the pack are added
   * @param written bytes of what is written besides the pack
   * @throws GitRefusedException if it is none, or beyond the limits
   */
  static TranslatedPack take(
      InputStream in, Path directory, KnownNames known, PackLimits limits, long written)
      throws IOException, GitRefusedException {
    TranslatedPack pack;
    try {
      pack = Translation.take(in, directory, known, limits, written);
    } catch (BodyTooLargeException | UpstreamException e) {
      throw e;
    } catch (IOException e) {
      throw GitRefusedException.pack("the pack", e);
    }
    for (Path file : pack.names()) {
      known.add(file);
    }
    return pack;
  }
}

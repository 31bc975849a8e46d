package dev.countersign.cli.audit;

import dev.countersign.audit.journal.OwnerPrivateKey;
import dev.countersign.cli.embedded.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The two halves of an owner's key as files.
 *
 * @param privateKey opens recordings; belongs where auditors are
 * @param publicKey for the gateway
 */
public record OwnerKeyFiles(String id, Path privateKey, Path publicKey) {

  /**
   * Makes a pair.
   *
   * @throws IOException if one of the files is there already: a key that was lost opens nothing
   */
  public static OwnerKeyFiles make(Path directory) throws IOException {
    Path secret = directory.resolve("owner-private.jwk");
    Path open = directory.resolve("owner-public.jwk");
    for (Path file : new Path[] {secret, open}) {
      if (Files.exists(file)) {
        throw new IOException(file + " is there already and is not overwritten");
      }
    }
    OwnerPrivateKey key = OwnerPrivateKey.generate();
    PrivateFiles.write(secret, key.privateJwk() + "\n");
    Files.writeString(open, key.publicJwk() + "\n");
    return new OwnerKeyFiles(key.id(), secret, open);
  }
}

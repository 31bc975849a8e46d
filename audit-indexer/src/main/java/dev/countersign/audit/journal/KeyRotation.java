package dev.countersign.audit.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;

/**
 * Puts a new key in the place of the one that signs a journal's checkpoints. The old one signs for
 * the new one, last of all, so that whoever holds the old public key can believe the new one.
 */
public final class KeyRotation {

  private KeyRotation() {}

  /**
   * Rotates. The gateway that writes the journal must not run; the old private key is gone
   * afterwards.
   *
   * @param file of the key pair
   * @return the id of the new key
   * @throws JournalException.Unwritable if a gateway runs
   * @throws NoSuchFileException if there is no key yet
   */
  public static String rotate(Path journal, Path file, SigningKey.Algorithm algorithm)
      throws IOException {
    if (!Files.exists(file)) {
      throw new NoSuchFileException(file.toString(), null, "there is no key to rotate");
    }
    UUID id =
        JournalReader.journalId(journal)
            .orElseThrow(() -> new NoSuchFileException(journal.toString(), null, "no journal"));
    try (DirectoryLock _ = DirectoryLock.take(journal)) {
      SigningKey old = SigningKey.in(file, algorithm);
      Path made = file.resolveSibling(file.getFileName() + ".new");
      Files.deleteIfExists(made);
      SigningKey next = SigningKey.in(made, algorithm);
      String name = "checkpoint-key-" + next.id().toString().substring(0, 16);
      Files.writeString(journal.resolve(name + ".pem"), next.publicPem());
      Files.writeString(journal.resolve(name + ".endorsement"), endorsement(id, old, next), UTF_8);
      Storage.FILES.syncDirectory(journal);
      Files.move(made, file, StandardCopyOption.ATOMIC_MOVE);
      return next.id().toString();
    }
  }

  private static String endorsement(UUID journal, SigningKey old, SigningKey next) {
    return old.sign(
        "countersign/" + journal,
        "countersign-key/%s\nkey %s\ntime %s\n"
            .formatted(journal, next.id(), Instant.now().truncatedTo(ChronoUnit.SECONDS)));
  }
}

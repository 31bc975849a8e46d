package dev.countersign.audit.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Locale;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * The data keys of the newest segments, in {@code readable} beside them, sealed by a key that lies
 * where the gateway keeps its secrets: what this machine may read without the owner.
 */
final class ReadableKeys implements DataKeys {

  private static final String LOCAL_KEY = "local.key";

  private final Path folder;

  ReadableKeys(Path journalDirectory) {
    folder = journalDirectory.resolve("readable");
  }

  static Path file(Path journalDirectory, long segment) {
    return journalDirectory
        .resolve("readable")
        .resolve(String.format(Locale.ROOT, "segment-%012d.key", segment));
  }

  /** A name in the folder that leads to the key, so that readers need only the journal's place. */
  static Path localKey(Path journalDirectory) {
    return journalDirectory.resolve("readable").resolve(LOCAL_KEY);
  }

  static byte[] seal(SecretKey local, SecretKey dataKey) {
    try {
      Cipher wrap = Cipher.getInstance("AES/KW/NoPadding");
      wrap.init(Cipher.WRAP_MODE, local);
      return wrap.wrap(dataKey);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a Java platform without AES key wrap", e);
    }
  }

  @Override
  public Optional<SecretKey> open(SealedKey wanted) {
    Path file = folder.resolve(String.format(Locale.ROOT, "segment-%012d.key", wanted.segment()));
    try {
      byte[] wrapped = Files.readAllBytes(file);
      SecretKey local = new SecretKeySpec(Files.readAllBytes(folder.resolve(LOCAL_KEY)), "AES");
      Cipher unwrap = Cipher.getInstance("AES/KW/NoPadding");
      unwrap.init(Cipher.UNWRAP_MODE, local);
      return Optional.of((SecretKey) unwrap.unwrap(wrapped, "AES", Cipher.SECRET_KEY));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      throw new JournalException.Damaged(file + " does not open with " + LOCAL_KEY, e);
    }
  }
}

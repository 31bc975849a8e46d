package dev.countersign.audit.journal;

import java.nio.file.Path;
import java.util.Optional;
import javax.crypto.SecretKey;

/** Opens the data keys of segments, as far as whoever reads may. */
public interface DataKeys {

  /** No keys: only journals that are not encrypted can be read. */
  DataKeys NONE = any -> Optional.empty();

  /** The data key of a segment; empty if it cannot be opened with what is here. */
  Optional<SecretKey> open(SealedKey wanted);

  /** The keys that a gateway on this machine left readable beside the journal. */
  static DataKeys local(Path journalDirectory) {
    return new ReadableKeys(journalDirectory);
  }

  /**
   * The keys that this private key of the owner opens.
   *
   * @param privateJwk a file that {@code countersign audit keygen} made
   */
  static DataKeys owner(Path privateJwk) {
    return OwnerPrivateKey.read(privateJwk);
  }

  default DataKeys or(DataKeys others) {
    return wanted -> open(wanted).or(() -> others.open(wanted));
  }
}

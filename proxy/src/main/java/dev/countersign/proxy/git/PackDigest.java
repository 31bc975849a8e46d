package dev.countersign.proxy.git;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** What names a judged pack: not the checksum that git puts at its end, which can be forged. */
final class PackDigest {

  private PackDigest() {}

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}

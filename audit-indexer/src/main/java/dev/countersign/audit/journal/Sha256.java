package dev.countersign.audit.journal;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * SHA-256, which every Java platform has. Copies one that was looked up: that is the cheaper way.
 */
final class Sha256 {

  static final int BYTES = 32;

  /** Never digests anything itself. */
  private static final MessageDigest FRESH = lookedUp();

  private Sha256() {}

  static MessageDigest digest() {
    try {
      return (MessageDigest) FRESH.clone();
    } catch (CloneNotSupportedException e) {
      return lookedUp();
    }
  }

  private static MessageDigest lookedUp() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("a Java platform without SHA-256", e);
    }
  }
}

package dev.countersign.proxy.git.sha256;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The two hash functions that name objects. */
final class Digests {

  private Digests() {}

  static MessageDigest sha1() {
    return of("SHA-1");
  }

  static MessageDigest sha256() {
    return of("SHA-256");
  }

  private static MessageDigest of(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has " + algorithm, e);
    }
  }
}

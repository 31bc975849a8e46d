package dev.countersign.proxy.git.wire;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The two hash functions that name objects and packs. */
public final class Digests {

  private Digests() {}

  public static MessageDigest sha1() {
    return of("SHA-1");
  }

  public static MessageDigest sha256() {
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

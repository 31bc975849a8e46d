package dev.countersign.audit.journal;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * What the chain holds of a payload: a hash over a random salt and the payload. It can be checked
 * by whoever has both, and tells nothing to whoever has neither.
 */
final class Commitment {

  static final int SALT = 16;
  private static final byte[] DOMAIN = "countersign/payload/2\n".getBytes(US_ASCII);

  private Commitment() {}

  /** Over a salt and the payload behind it. */
  static byte[] of(byte[] saltAndPayload) {
    MessageDigest sha = Sha256.digest();
    sha.update(DOMAIN);
    return sha.digest(saltAndPayload);
  }

  static byte[] payload(byte[] saltAndPayload) {
    return Arrays.copyOfRange(saltAndPayload, SALT, saltAndPayload.length);
  }

  /** Hands out salts; draws many at once, because each draw has its price. */
  static final class Salts {
    private final SecureRandom random = new SecureRandom();
    private final byte[] drawn = new byte[SALT * 512];
    private int used = drawn.length;

    /** The payload behind a fresh salt. */
    byte[] before(byte[] payload) {
      byte[] salted = new byte[SALT + payload.length];
      System.arraycopy(payload, 0, salted, SALT, payload.length);
      synchronized (this) {
        if (used == drawn.length) {
          random.nextBytes(drawn);
          used = 0;
        }
        System.arraycopy(drawn, used, salted, 0, SALT);
        Arrays.fill(drawn, used, used + SALT, (byte) 0);
        used += SALT;
      }
      return salted;
    }
  }
}

package dev.countersign.proxy.postgres.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * What a server keeps of a password, and takes in CREATE ROLE in its place: {@code
 * SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey}.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc5803">RFC 5803</a>
 */
public final class ScramVerifier {

  private static final int ITERATIONS = 4096;
  private static final int SALT_BYTES = 16;
  private static final int KEY_BITS = 256;
  private static final String HMAC = "HmacSHA256";

  private ScramVerifier() {}

  /**
   * The verifier of a password.
   *
   * @param password of ASCII only, so that nobody needs to normalise it
   */
  public static String of(String password, SecureRandom random) {
    byte[] salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    try {
      byte[] salted =
          SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
              .generateSecret(new PBEKeySpec(password.toCharArray(), salt, ITERATIONS, KEY_BITS))
              .getEncoded();
      byte[] stored =
          MessageDigest.getInstance("SHA-256")
              .digest(hmac(salted, "Client Key".getBytes(US_ASCII)));
      byte[] server = hmac(salted, "Server Key".getBytes(UTF_8));
      Base64.Encoder base64 = Base64.getEncoder();
      return "SCRAM-SHA-256$%d:%s$%s:%s"
          .formatted(
              ITERATIONS,
              base64.encodeToString(salt),
              base64.encodeToString(stored),
              base64.encodeToString(server));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has these algorithms", e);
    }
  }

  private static byte[] hmac(byte[] key, byte[] text) throws GeneralSecurityException {
    Mac mac = Mac.getInstance(HMAC);
    mac.init(new SecretKeySpec(key, HMAC));
    return mac.doFinal(text);
  }
}

package dev.countersign.decision.signin;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * What a browser's cookie holds: 256 random bits. The database has only what is derived from it, so
 * nobody who reads the database can be anybody, or refresh anybody's token.
 */
final class SessionSecret {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int BYTES = 32;
  private static final int NONCE = 12;
  private static final int TAG_BITS = 128;

  private final byte[] bytes;

  private SessionSecret(byte[] bytes) {
    this.bytes = bytes;
  }

  static SessionSecret random() {
    byte[] bytes = new byte[BYTES];
    RANDOM.nextBytes(bytes);
    return new SessionSecret(bytes);
  }

  /** What a cookie says, if it looks like one of ours. */
  static Optional<SessionSecret> parse(String cookie) {
    if (!cookie.matches("[A-Za-z0-9_-]{43}")) {
      return Optional.empty();
    }
    byte[] bytes = Base64.getUrlDecoder().decode(cookie);
    return bytes.length == BYTES ? Optional.of(new SessionSecret(bytes)) : Optional.empty();
  }

  String cookie() {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** The session's name in the database. */
  byte[] digest() {
    return derived("session");
  }

  /** What every form carries. */
  String formToken() {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(derived("form"));
  }

  private byte[] derived(String what) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(bytes, "HmacSHA256"));
      return mac.doFinal(("countersign console " + what).getBytes(UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has HmacSHA256", e);
    }
  }

  byte[] seal(String text) {
    byte[] nonce = new byte[NONCE];
    RANDOM.nextBytes(nonce);
    byte[] sealed = crypt(Cipher.ENCRYPT_MODE, nonce, text.getBytes(UTF_8)).orElseThrow();
    byte[] out = Arrays.copyOf(nonce, NONCE + sealed.length);
    System.arraycopy(sealed, 0, out, NONCE, sealed.length);
    return out;
  }

  /** Empty if it was sealed with another secret, or changed. */
  Optional<String> open(byte[] sealed) {
    if (sealed.length < NONCE) {
      return Optional.empty();
    }
    return crypt(
            Cipher.DECRYPT_MODE,
            Arrays.copyOf(sealed, NONCE),
            Arrays.copyOfRange(sealed, NONCE, sealed.length))
        .map(text -> new String(text, UTF_8));
  }

  private Optional<byte[]> crypt(int mode, byte[] nonce, byte[] text) {
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(
          mode,
          new SecretKeySpec(derived("refresh"), "AES"),
          new GCMParameterSpec(TAG_BITS, nonce));
      return Optional.of(cipher.doFinal(text));
    } catch (AEADBadTagException e) {
      return Optional.empty();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has AES-GCM", e);
    }
  }

  /** Whether a form's token is this session's, in constant time. */
  boolean isFormToken(String given) {
    return MessageDigest.isEqual(given.getBytes(UTF_8), formToken().getBytes(UTF_8));
  }
}

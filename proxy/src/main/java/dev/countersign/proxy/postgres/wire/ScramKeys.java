package dev.countersign.proxy.postgres.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.ongres.saslprep.SASLprep;
import com.ongres.stringprep.Profile;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The keys that SCRAM makes of passwords, the newest of which are kept: thousands of rounds of
 * hashing are for whoever guesses, not for whoever logs in again. They open no more than the
 * passwords themselves do, which the process has anyhow. Safe for any number of threads.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc5802#section-3">RFC 5802, section 3</a>
 */
public final class ScramKeys {

  /** One for each login of an upstream, and some for those of sessions that come once. */
  private static final int KEPT = 256;

  private static final String HMAC = "HmacSHA256";
  private static final Profile SASLPREP = new SASLprep();

  /** What the client proves that it has, and what the server does. */
  static final class Pair {

    private final byte[] client;
    private final byte[] server;

    private Pair(byte[] client, byte[] server) {
      this.client = client;
      this.server = server;
    }

    byte[] client() {
      return client.clone();
    }

    byte[] server() {
      return server.clone();
    }
  }

  /** A password, as the server stores it: another server has another salt. */
  private record Stored(String password, String salt, int iterations) {}

  /** Guarded by this. */
  private final Map<Stored, Pair> kept =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Stored, Pair> eldest) {
          return size() > KEPT;
        }
      };

  /** The keys of a password; takes milliseconds if they are not known. */
  Pair of(String password, byte[] salt, int iterations) {
    Stored stored = new Stored(password, Arrays.toString(salt), iterations);
    @Nullable Pair known = get(stored);
    if (known != null) {
      return known;
    }
    byte[] salted = pbkdf2(prepared(password).getBytes(UTF_8), salt, iterations);
    Pair made =
        new Pair(
            hmac(salted, "Client Key".getBytes(UTF_8)), hmac(salted, "Server Key".getBytes(UTF_8)));
    keep(stored, made);
    return made;
  }

  private synchronized @Nullable Pair get(Stored stored) {
    return kept.get(stored);
  }

  private synchronized void keep(Stored stored, Pair pair) {
    kept.put(stored, pair);
  }

  /**
   * As the server has prepared it (RFC 4013). What that profile prohibits, PostgreSQL takes as it
   * is, and so what is of ASCII, and what nothing would be left of.
   */
  private static String prepared(String password) {
    if (password.chars().allMatch(letter -> letter < 128)) {
      return password;
    }
    try {
      return SASLPREP.prepareStored(password);
    } catch (IllegalArgumentException | IndexOutOfBoundsException prohibitedOrNothingLeft) {
      return password;
    }
  }

  private static byte[] pbkdf2(byte[] password, byte[] salt, int iterations) {
    Mac mac = mac(password);
    mac.update(salt);
    byte[] round = mac.doFinal(new byte[] {0, 0, 0, 1});
    byte[] sum = round.clone();
    for (int i = 1; i < iterations; i++) {
      round = mac.doFinal(round);
      for (int at = 0; at < sum.length; at++) {
        sum[at] ^= round[at];
      }
    }
    return sum;
  }

  static byte[] hmac(byte[] key, byte[] text) {
    return mac(key).doFinal(text);
  }

  private static Mac mac(byte[] key) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      // HMAC pads a key with zeros; an empty one, which SecretKeySpec refuses, is one zero byte.
      mac.init(new SecretKeySpec(key.length == 0 ? new byte[1] : key, HMAC));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + HMAC, e);
    }
  }

  static byte[] sha256(byte[] text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}

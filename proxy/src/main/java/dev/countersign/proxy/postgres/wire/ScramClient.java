package dev.countersign.proxy.postgres.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The client's side of SCRAM-SHA-256 without channel binding: proves a password and makes the
 * server prove that it knows it too. One object per login; not thread-safe. {@link #answer} may
 * take milliseconds: keep it off the event loop.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc5802">RFC 5802</a>, <a
 *     href="https://www.rfc-editor.org/rfc/rfc7677">RFC 7677</a>
 */
public final class ScramClient {

  public static final String MECHANISM = "SCRAM-SHA-256";

  /** More would let a hostile server keep us busy; PostgreSQL's default is 4096. */
  static final int MOST_ITERATIONS = 100_000;

  private static final int FEWEST_ITERATIONS = 4096;
  private static final String GS2_HEADER = "n,,";

  private final ScramKeys keys;
  private final String nonce;
  private byte @Nullable [] serverSignature;

  /**
   * @param keys what is remembered of earlier logins
   */
  public ScramClient(SecureRandom random, ScramKeys keys) {
    byte[] bytes = new byte[18];
    random.nextBytes(bytes);
    this(Base64.getEncoder().encodeToString(bytes), keys);
  }

  ScramClient(String nonce, ScramKeys keys) {
    this.nonce = nonce;
    this.keys = keys;
  }

  /** The client-first-message. The user name is empty: PostgreSQL takes that of the startup. */
  public String first() {
    return GS2_HEADER + firstBare();
  }

  private String firstBare() {
    return "n=,r=" + nonce;
  }

  /**
   * Answers the server-first-message with the client-final-message.
   *
   * @throws WireException if the server's message is malformed or asks too much
   */
  public String answer(byte[] serverFirst, String password) {
    String text = new String(serverFirst, UTF_8);
    String[] parts = text.split(",", -1);
    if (parts.length != 3) {
      throw new WireException.Malformed("a SCRAM challenge has other parts");
    }
    String bothNonces = value(parts[0], "r=");
    byte[] salt = base64(value(parts[1], "s="));
    int iterations = iterations(value(parts[2], "i="));
    if (!bothNonces.startsWith(nonce) || bothNonces.length() == nonce.length()) {
      throw new WireException.Malformed("a SCRAM challenge answers another question");
    }
    String withoutProof =
        "c=" + Base64.getEncoder().encodeToString(GS2_HEADER.getBytes(UTF_8)) + ",r=" + bothNonces;
    byte[] authMessage = (firstBare() + "," + text + "," + withoutProof).getBytes(UTF_8);
    ScramKeys.Pair pair = keys.of(password, salt, iterations);
    byte[] clientKey = pair.client();
    byte[] proof = ScramKeys.hmac(ScramKeys.sha256(clientKey), authMessage);
    for (int i = 0; i < proof.length; i++) {
      proof[i] ^= clientKey[i];
    }
    serverSignature = ScramKeys.hmac(pair.server(), authMessage);
    return withoutProof + ",p=" + Base64.getEncoder().encodeToString(proof);
  }

  /**
   * Checks the server-final-message.
   *
   * @throws WireException if the server did not prove that it knows the password
   */
  public void verify(byte[] serverFinal) {
    byte[] expected = serverSignature;
    String text = new String(serverFinal, UTF_8);
    if (expected == null
        || !text.startsWith("v=")
        || !MessageDigest.isEqual(expected, base64(text.substring(2)))) {
      throw new WireException.Unexpected("the server did not prove that it knows the password");
    }
  }

  private static String value(String part, String name) {
    if (!part.startsWith(name)) {
      throw new WireException.Malformed("a SCRAM challenge has other parts");
    }
    return part.substring(name.length());
  }

  private static byte[] base64(String text) {
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw new WireException.Malformed("a SCRAM message is not Base64");
    }
  }

  private static int iterations(String digits) {
    if (!digits.matches("[1-9][0-9]{0,8}")) {
      throw new WireException.Malformed("a SCRAM iteration count is no number");
    }
    int iterations = Integer.parseInt(digits);
    if (iterations < FEWEST_ITERATIONS || iterations > MOST_ITERATIONS) {
      throw new WireException.Malformed("a SCRAM iteration count is out of bounds");
    }
    return iterations;
  }
}

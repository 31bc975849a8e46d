package dev.countersign.proxy.git;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A signature as {@code ssh-keygen -Y sign} makes it, with a key of the kind Ed25519.
 *
 * @param key the public key, as SSH writes it
 * @param hash the name of the digest of the message that was signed
 * @see <a href="https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.sshsig">SSH
 *     signature format</a>
 */
@SuppressWarnings("ArrayRecordComponent") // Compared with Arrays.equals where it is used.
record SshSignature(byte[] key, String hash, byte[] signature) {

  static final String KIND = "ssh-ed25519";

  private static final String BEGIN = "-----BEGIN SSH SIGNATURE-----";
  private static final String END = "-----END SSH SIGNATURE-----";
  private static final byte[] MAGIC = "SSHSIG".getBytes(US_ASCII);
  private static final String NAMESPACE = "git";
  private static final int LONGEST = 16 << 10;
  private static final int KEY_BYTES = 32;

  /** What X.509 puts in front of the 32 bytes of such a key. */
  private static final byte[] X509 = HexFormat.of().parseHex("302a300506032b6570032100");

  /** Reads one; empty if it is none, or of another kind, or not for git. */
  static Optional<SshSignature> read(String armored) {
    String text = armored.strip();
    if (text.length() > LONGEST || !text.startsWith(BEGIN) || !text.endsWith(END)) {
      return Optional.empty();
    }
    try {
      String body = text.substring(BEGIN.length(), text.length() - END.length());
      return read(ByteBuffer.wrap(Base64.getDecoder().decode(body.replaceAll("[\r\n]", ""))));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Optional<SshSignature> read(ByteBuffer in) {
    byte[] magic = bytes(in, MAGIC.length);
    if (!Arrays.equals(magic, MAGIC) || in.remaining() < 4 || in.getInt() != 1) {
      return Optional.empty();
    }
    byte[] key = string(in);
    String namespace = new String(string(in), US_ASCII);
    string(in);
    String hash = new String(string(in), US_ASCII);
    ByteBuffer signature = ByteBuffer.wrap(string(in));
    if (!namespace.equals(NAMESPACE) || in.hasRemaining() || !isOfKind(string(signature))) {
      return Optional.empty();
    }
    return Optional.of(new SshSignature(key, hash, string(signature)));
  }

  private static boolean isOfKind(byte[] name) {
    return new String(name, US_ASCII).equals(KIND);
  }

  /**
   * @throws IllegalArgumentException if there is none
   */
  static byte[] string(ByteBuffer in) {
    return bytes(in, in.remaining() < 4 ? -1 : in.getInt());
  }

  private static byte[] bytes(ByteBuffer in, int count) {
    if (count < 0 || count > in.remaining()) {
      throw new IllegalArgumentException("an SSH signature ends early");
    }
    byte[] bytes = new byte[count];
    in.get(bytes);
    return bytes;
  }

  /** Whether this key made it of this message. */
  boolean isOf(byte[] message) {
    String algorithm =
        switch (hash) {
          case "sha256" -> "SHA-256";
          case "sha512" -> "SHA-512";
          default -> "";
        };
    if (algorithm.isEmpty()) {
      return false;
    }
    try {
      ByteBuffer blob = ByteBuffer.wrap(key);
      byte[] name = string(blob);
      byte[] point = string(blob);
      if (!isOfKind(name) || point.length != KEY_BYTES || blob.hasRemaining()) {
        return false;
      }
      byte[] encoded = ByteBuffer.allocate(X509.length + KEY_BYTES).put(X509).put(point).array();
      Signature verifier = Signature.getInstance("Ed25519");
      verifier.initVerify(
          KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded)));
      verifier.update(signed(MessageDigest.getInstance(algorithm).digest(message)));
      return verifier.verify(signature);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return false;
    }
  }

  private byte[] signed(byte[] digest) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.write(MAGIC);
      for (byte[] part :
          new byte[][] {NAMESPACE.getBytes(US_ASCII), {}, hash.getBytes(US_ASCII), digest}) {
        out.writeInt(part.length);
        out.write(part);
      }
    } catch (IOException e) {
      throw new IllegalStateException("memory does not fail", e);
    }
    return bytes.toByteArray();
  }
}

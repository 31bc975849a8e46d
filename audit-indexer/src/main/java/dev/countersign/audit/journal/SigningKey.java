package dev.countersign.audit.journal;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.countersign.audit.journal.SegmentHeader.Hash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;

/**
 * Signs checkpoints. Its file holds both halves as PEM; the public one also lies in the journal.
 */
public final class SigningKey {

  private static final int RAW_ED25519 = 32;

  /** What it signs with. */
  public enum Algorithm {
    ED25519("Ed25519", "Ed25519", (byte) 1),
    /** ECDSA with SHA-256 on P-256, for modules without EdDSA. */
    P256("EC", "SHA256withECDSA", (byte) 2);

    private final String key;
    private final String signature;
    private final byte note;

    Algorithm(String key, String signature, byte note) {
      this.key = key;
      this.signature = signature;
      this.note = note;
    }
  }

  private final Algorithm algorithm;
  private final PrivateKey privateKey;
  private final PublicKey publicKey;

  private SigningKey(Algorithm algorithm, PrivateKey privateKey, PublicKey publicKey) {
    this.algorithm = algorithm;
    this.privateKey = privateKey;
    this.publicKey = publicKey;
  }

  /**
   * The key in that file; a new one of that algorithm if the file is not there.
   *
   * @throws IOException if the file is there and holds something else
   */
  public static SigningKey in(Path file, Algorithm algorithm) throws IOException {
    try {
      if (!Files.exists(file)) {
        SigningKey made = generate(algorithm);
        PrivateFile.write(
            file,
            (pem("PRIVATE KEY", made.privateKey.getEncoded()) + made.publicPem())
                .getBytes(US_ASCII));
        return made;
      }
      String pem = Files.readString(file, US_ASCII);
      KeyFactory factory = KeyFactory.getInstance(algorithm.key);
      return new SigningKey(
          algorithm,
          factory.generatePrivate(new PKCS8EncodedKeySpec(block(pem, "PRIVATE KEY"))),
          factory.generatePublic(new X509EncodedKeySpec(block(pem, "PUBLIC KEY"))));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IOException(
          file
              + " holds no "
              + algorithm.name().toLowerCase(Locale.ROOT)
              + " key pair as PEM; move it away and a new one is made",
          e);
    }
  }

  static SigningKey generate(Algorithm algorithm) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm.key);
    if (algorithm == Algorithm.P256) {
      generator.initialize(new ECGenParameterSpec("secp256r1"));
    }
    KeyPair pair = generator.generateKeyPair();
    return new SigningKey(algorithm, pair.getPrivate(), pair.getPublic());
  }

  /** SHA-256 of the public key as SubjectPublicKeyInfo. */
  Hash id() {
    return new Hash(Sha256.digest().digest(publicKey.getEncoded()));
  }

  String publicPem() {
    return pem("PUBLIC KEY", publicKey.getEncoded());
  }

  /** The text with one signature under it, in the form of C2SP signed-note. */
  String sign(String name, String text) {
    try {
      Signature signature = Signature.getInstance(algorithm.signature);
      signature.initSign(privateKey);
      signature.update(text.getBytes(US_ASCII));
      byte[] signed = signature.sign();
      byte[] line = Arrays.copyOf(keyHash(name), 4 + signed.length);
      System.arraycopy(signed, 0, line, 4, signed.length);
      return text + "\n\u2014 " + name + " " + Base64.getEncoder().encodeToString(line) + "\n";
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the key that signed before signs no more", e);
    }
  }

  private byte[] keyHash(String name) {
    var sha = Sha256.digest();
    byte[] spki = publicKey.getEncoded();
    if (algorithm == Algorithm.P256) {
      return Arrays.copyOf(sha.digest(spki), 4);
    }
    sha.update((name + "\n").getBytes(US_ASCII));
    sha.update(algorithm.note);
    sha.update(spki, spki.length - RAW_ED25519, RAW_ED25519);
    return Arrays.copyOf(sha.digest(), 4);
  }

  private static String pem(String what, byte[] der) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(what, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der), what);
  }

  private static byte[] block(String pem, String what) {
    String begin = "-----BEGIN " + what + "-----";
    int from = pem.indexOf(begin);
    int to = pem.indexOf("-----END " + what + "-----");
    if (from < 0 || to < from) {
      throw new IllegalArgumentException("no " + what);
    }
    return Base64.getMimeDecoder().decode(pem.substring(from + begin.length(), to));
  }
}

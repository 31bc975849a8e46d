package dev.countersign.audit.verify;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;

/** A public key that checkpoints are verified with: Ed25519, or ECDSA on P-256. */
public final class SignerKey {

  private static final String BEGIN = "-----BEGIN PUBLIC KEY-----\n";
  private static final String END = "\n-----END PUBLIC KEY-----\n";

  private final PublicKey key;
  private final boolean ed25519;

  private SignerKey(PublicKey key, boolean ed25519) {
    this.key = key;
    this.ed25519 = ed25519;
  }

  /**
   * A key as PEM, exactly as it is written.
   *
   * @throws IllegalArgumentException if it is anything else
   */
  public static SignerKey pem(String pem) {
    if (!pem.startsWith(BEGIN) || !pem.endsWith(END)) {
      throw new IllegalArgumentException("no PUBLIC KEY in PEM");
    }
    String body = pem.substring(BEGIN.length(), pem.length() - END.length());
    byte[] der = Base64.getMimeDecoder().decode(body);
    if (!Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der).equals(body)) {
      throw new IllegalArgumentException("a PUBLIC KEY that is not written as it should be");
    }
    for (String algorithm : new String[] {"Ed25519", "EC"}) {
      try {
        PublicKey key =
            KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(der));
        return new SignerKey(key, algorithm.equals("Ed25519"));
      } catch (GeneralSecurityException e) {
        // The other algorithm is tried, and the message below says that neither fits.
      }
    }
    throw new IllegalArgumentException("a PUBLIC KEY that is neither Ed25519 nor EC");
  }

  Bytes id() {
    return Bytes.sha256(key.getEncoded());
  }

  boolean signed(Note note) {
    try {
      if (!note.keyHash().equals(keyHash(note.name()))) {
        return false;
      }
      Signature verification = Signature.getInstance(ed25519 ? "Ed25519" : "SHA256withECDSA");
      verification.initVerify(key);
      verification.update(note.text().getBytes(UTF_8));
      return verification.verify(note.signature().all());
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private Bytes keyHash(String name) {
    byte[] spki = key.getEncoded();
    Bytes hash =
        ed25519
            ? Bytes.sha256(
                (name + "\n").getBytes(UTF_8),
                new byte[] {1},
                Arrays.copyOfRange(spki, spki.length - 32, spki.length))
            : Bytes.sha256(spki);
    return new Bytes(Arrays.copyOf(hash.all(), 4));
  }
}

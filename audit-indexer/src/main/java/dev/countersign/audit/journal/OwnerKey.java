package dev.countersign.audit.journal;

import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWEEncrypter;
import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.JWEObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDHEncrypter;
import com.nimbusds.jose.crypto.RSAEncrypter;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import dev.countersign.audit.journal.SegmentHeader.Hash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import javax.crypto.SecretKey;

/** The public key of whom the recordings belong to. The gateway wraps with it and cannot unwrap. */
public final class OwnerKey {

  private static final int LONGEST_FILE = 64 << 10;
  private static final int SMALLEST_RSA = 3_072;

  private final JWK key;
  private final Hash thumbprint;

  private OwnerKey(JWK key) throws JOSEException {
    this.key = key;
    thumbprint = new Hash(key.computeThumbprint().decode());
  }

  /**
   * A JSON Web Key: EC on P-256, P-384 or P-521, or RSA from 3072 bits on.
   *
   * @throws IllegalArgumentException with what the file should hold instead
   */
  public static OwnerKey read(Path file) {
    try {
      JWK key = jwk(file);
      if (key.isPrivate()) {
        throw new IllegalArgumentException(
            file + " holds a private key; give the gateway only the public one");
      }
      return new OwnerKey(key);
    } catch (JOSEException e) {
      throw new IllegalArgumentException(file + " holds no usable key: " + e.getMessage(), e);
    }
  }

  static JWK jwk(Path file) {
    try {
      if (Files.size(file) > LONGEST_FILE) {
        throw new IllegalArgumentException(file + " is too long to be a JSON Web Key");
      }
      JWK key = JWK.parse(Files.readString(file));
      boolean fits =
          switch (key) {
            case ECKey ec -> !ec.getCurve().equals(com.nimbusds.jose.jwk.Curve.SECP256K1);
            case RSAKey rsa -> rsa.size() >= SMALLEST_RSA;
            default -> false;
          };
      if (!fits) {
        throw new IllegalArgumentException(
            file
                + " is no key on P-256, P-384 or P-521 and no RSA key of 3072 bits or more; make"
                + " one with: countersign audit keygen");
      }
      return key;
    } catch (IOException e) {
      throw new IllegalArgumentException("the owner's key " + file + " cannot be read", e);
    } catch (ParseException e) {
      throw new IllegalArgumentException(
          file + " is no JSON Web Key; make one with: countersign audit keygen", e);
    }
  }

  Hash thumbprint() {
    return thumbprint;
  }

  /** The name of the key in JSON Web Keys and messages. */
  public String id() {
    return SealedKey.thumbprint(thumbprint);
  }

  /** A key as a compact JWE that only the owner opens. */
  public String wrap(SecretKey dataKey) {
    try {
      JWEEncrypter encrypter =
          switch (key) {
            case ECKey ec -> new ECDHEncrypter(ec);
            case RSAKey rsa -> new RSAEncrypter(rsa);
            default -> throw new IllegalStateException("refused when it was read");
          };
      JWEAlgorithm algorithm =
          key instanceof ECKey ? JWEAlgorithm.ECDH_ES_A256KW : JWEAlgorithm.RSA_OAEP_256;
      JWEObject jwe =
          new JWEObject(
              new JWEHeader.Builder(algorithm, EncryptionMethod.A256GCM).keyID(id()).build(),
              new Payload(dataKey.getEncoded()));
      jwe.encrypt(encrypter);
      return jwe.serialize();
    } catch (JOSEException e) {
      throw new JournalException.Unwritable("a key cannot be wrapped to its owner", e);
    }
  }
}

package dev.countersign.audit.journal;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWEDecrypter;
import com.nimbusds.jose.JWEObject;
import com.nimbusds.jose.crypto.ECDHDecrypter;
import com.nimbusds.jose.crypto.RSADecrypter;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import java.nio.file.Path;
import java.text.ParseException;
import java.util.Optional;
import java.util.Set;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** The private half of an {@link OwnerKey}; it lives where auditors are, not where gateways are. */
public final class OwnerPrivateKey implements DataKeys {

  private static final Set<JWEAlgorithm> ALGORITHMS =
      Set.of(JWEAlgorithm.ECDH_ES_A256KW, JWEAlgorithm.RSA_OAEP_256);

  private final JWK key;
  private final String id;

  private OwnerPrivateKey(JWK key) throws JOSEException {
    this.key = key;
    id = key.computeThumbprint().toString();
  }

  static OwnerPrivateKey read(Path file) {
    JWK key = OwnerKey.jwk(file);
    if (!key.isPrivate()) {
      throw new IllegalArgumentException(
          file + " holds a public key; recordings are opened with the private one");
    }
    try {
      return new OwnerPrivateKey(key);
    } catch (JOSEException e) {
      throw new IllegalArgumentException(file + " holds no usable key: " + e.getMessage(), e);
    }
  }

  /** A new one, on P-256. */
  public static OwnerPrivateKey generate() {
    try {
      return new OwnerPrivateKey(
          new ECKeyGenerator(Curve.P_256).keyIDFromThumbprint(true).generate());
    } catch (JOSEException e) {
      throw new IllegalStateException("a Java platform without P-256", e);
    }
  }

  public String id() {
    return id;
  }

  public String privateJwk() {
    return key.toJSONString();
  }

  public String publicJwk() {
    return key.toPublicJWK().toJSONString();
  }

  @Override
  public Optional<SecretKey> open(SealedKey wanted) {
    if (!wanted.owner().equals(id)) {
      return Optional.empty();
    }
    try {
      JWEObject jwe = JWEObject.parse(wanted.jwe());
      if (!ALGORITHMS.contains(jwe.getHeader().getAlgorithm())) {
        throw new JournalException.Damaged(
            "the key of segment " + wanted.segment() + " is wrapped in a way that is not ours",
            null);
      }
      JWEDecrypter decrypter =
          key instanceof ECKey ec ? new ECDHDecrypter(ec) : new RSADecrypter((RSAKey) key);
      jwe.decrypt(decrypter);
      return Optional.of(new SecretKeySpec(jwe.getPayload().toBytes(), "AES"));
    } catch (ParseException | JOSEException | IllegalArgumentException e) {
      throw new JournalException.Damaged(
          "the key of segment " + wanted.segment() + " cannot be opened by its owner", e);
    }
  }
}

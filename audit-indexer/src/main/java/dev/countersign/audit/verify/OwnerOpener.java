package dev.countersign.audit.verify;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.RSAPrivateKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;

/**
 * An owner's private key that opens the data keys of segments: JWE by ECDH-ES+A256KW (RFC 7518,
 * 4.6) or RSA-OAEP-256, with A256GCM.
 */
public final class OwnerOpener {

  private static final Pattern MEMBER = Pattern.compile("\"(\\w+)\"\\s*:\\s*\"([^\"\\\\]*)\"");
  private static final Map<String, String> CURVES =
      Map.of("P-256", "secp256r1", "P-384", "secp384r1", "P-521", "secp521r1");

  private final Map<String, String> jwk;

  private OwnerOpener(Map<String, String> jwk) {
    this.jwk = jwk;
  }

  /**
   * A private JSON Web Key.
   *
   * @throws IllegalArgumentException if it is none, or of another type
   */
  public static OwnerOpener jwk(String json) {
    Map<String, String> members = members(json);
    boolean ec = "EC".equals(members.get("kty")) && CURVES.containsKey(members.get("crv"));
    if (!members.containsKey("d") || !(ec || "RSA".equals(members.get("kty")))) {
      throw new IllegalArgumentException("no private EC or RSA key as JSON Web Key");
    }
    return new OwnerOpener(members);
  }

  /** RFC 7638, SHA-256. */
  Bytes thumbprint() {
    String canonical =
        member("kty").equals("EC")
            ? "{\"crv\":\"%s\",\"kty\":\"EC\",\"x\":\"%s\",\"y\":\"%s\"}"
                .formatted(member("crv"), member("x"), member("y"))
            : "{\"e\":\"%s\",\"kty\":\"RSA\",\"n\":\"%s\"}".formatted(member("e"), member("n"));
    return Bytes.sha256(canonical.getBytes(US_ASCII));
  }

  /** The data key in a JWE. */
  SecretKey open(String jwe) throws GeneralSecurityException {
    String[] parts = jwe.split("\\.", -1);
    if (parts.length != 5) {
      throw new GeneralSecurityException("no JWE");
    }
    try {
      Map<String, String> header = members(new String(decode(parts[0]), US_ASCII));
      SecretKey contentKey = contentKey(header, decode(parts[1]));
      Cipher gcm = Cipher.getInstance("AES/GCM/NoPadding");
      gcm.init(Cipher.DECRYPT_MODE, contentKey, new GCMParameterSpec(128, decode(parts[2])));
      gcm.updateAAD(parts[0].getBytes(US_ASCII));
      gcm.update(decode(parts[3]));
      return new SecretKeySpec(gcm.doFinal(decode(parts[4])), "AES");
    } catch (IllegalArgumentException e) {
      throw new GeneralSecurityException("no JWE", e);
    }
  }

  private SecretKey contentKey(Map<String, String> header, byte[] encrypted)
      throws GeneralSecurityException {
    String algorithm = header.getOrDefault("alg", "");
    if (!"A256GCM".equals(header.get("enc"))) {
      throw new GeneralSecurityException("a JWE without A256GCM");
    }
    if (algorithm.equals("RSA-OAEP-256") && member("kty").equals("RSA")) {
      Cipher rsa = Cipher.getInstance("RSA/ECB/OAEPPadding");
      rsa.init(
          Cipher.DECRYPT_MODE,
          rsaKey(),
          new OAEPParameterSpec(
              "SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT));
      return new SecretKeySpec(rsa.doFinal(encrypted), "AES");
    }
    if (algorithm.equals("ECDH-ES+A256KW") && member("kty").equals("EC")) {
      Cipher unwrap = Cipher.getInstance("AES/KW/NoPadding");
      unwrap.init(Cipher.UNWRAP_MODE, agreed(header, algorithm));
      return (SecretKey) unwrap.unwrap(encrypted, "AES", Cipher.SECRET_KEY);
    }
    throw new GeneralSecurityException("a JWE by " + algorithm + " for another kind of key");
  }

  /** The Concat KDF of NIST SP 800-56A, one round. */
  private SecretKey agreed(Map<String, String> header, String algorithm)
      throws GeneralSecurityException {
    KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
    agreement.init(ecPrivate());
    agreement.doPhase(ecPublic(header.getOrDefault("x", ""), header.getOrDefault("y", "")), true);
    byte[] name = algorithm.getBytes(US_ASCII);
    byte[] other =
        ByteBuffer.allocate(4 + name.length + 12)
            .putInt(name.length)
            .put(name)
            .putInt(0)
            .putInt(0)
            .putInt(256)
            .array();
    return new SecretKeySpec(
        Bytes.sha256(new byte[] {0, 0, 0, 1}, agreement.generateSecret(), other).all(), "AES");
  }

  private PrivateKey ecPrivate() throws GeneralSecurityException {
    return KeyFactory.getInstance("EC")
        .generatePrivate(new ECPrivateKeySpec(number(member("d")), curve()));
  }

  private PublicKey ecPublic(String x, String y) throws GeneralSecurityException {
    return KeyFactory.getInstance("EC")
        .generatePublic(new ECPublicKeySpec(new ECPoint(number(x), number(y)), curve()));
  }

  private ECParameterSpec curve() throws GeneralSecurityException {
    AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
    parameters.init(new ECGenParameterSpec(CURVES.get(member("crv"))));
    return parameters.getParameterSpec(ECParameterSpec.class);
  }

  private PrivateKey rsaKey() throws GeneralSecurityException {
    return KeyFactory.getInstance("RSA")
        .generatePrivate(new RSAPrivateKeySpec(number(member("n")), number(member("d"))));
  }

  /** A member that was found to be there when this was made. */
  private String member(String name) {
    return jwk.getOrDefault(name, "");
  }

  private static BigInteger number(String base64) {
    return new BigInteger(1, decode(base64));
  }

  private static byte[] decode(String base64) {
    return Base64.getUrlDecoder().decode(base64);
  }

  /** The members that are texts, of all objects in it; enough for keys and headers. */
  private static Map<String, String> members(String json) {
    Map<String, String> members = new HashMap<>();
    Matcher matcher = MEMBER.matcher(json);
    while (matcher.find()) {
      members.putIfAbsent(matcher.group(1), matcher.group(2));
    }
    return members;
  }

  /** The content of a record, opened. */
  static byte[] content(SecretKey dataKey, Header header, JournalRecord record)
      throws GeneralSecurityException {
    Cipher gcm = Cipher.getInstance("AES/GCM/NoPadding");
    byte[] nonce = ByteBuffer.allocate(12).putInt(0).putLong(record.sequence()).array();
    gcm.init(Cipher.DECRYPT_MODE, dataKey, new GCMParameterSpec(128, nonce));
    gcm.updateAAD(
        ByteBuffer.allocate(24)
            .putLong(header.journal().getMostSignificantBits())
            .putLong(header.journal().getLeastSignificantBits())
            .putLong(header.number())
            .array());
    gcm.updateAAD(record.clear().all());
    byte[] opened = gcm.doFinal(record.content().all());
    return Arrays.copyOf(opened, opened.length);
  }
}

package dev.countersign.audit.exposure;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** A key that digests values for a while. Whoever has it can try values, and so should not. */
public final class ExposureKey {

  /** The length of a digest in bytes. */
  public static final int DIGEST = 16;

  private static final int KEY = 32;
  private static final String HMAC = "HmacSHA256";
  private static final String DOMAIN = "countersign/exposure/1\n";

  private final String name;
  private final SecretKey secret;

  ExposureKey(String name, SecretKey secret) {
    this.name = requireNonNull(name, "name");
    this.secret = requireNonNull(secret, "secret");
  }

  static ExposureKey make(SecureRandom random) {
    byte[] name = new byte[8];
    byte[] key = new byte[KEY];
    random.nextBytes(name);
    random.nextBytes(key);
    return new ExposureKey(HexFormat.of().formatHex(name), new SecretKeySpec(key, HMAC));
  }

  /** How events name it. */
  public String name() {
    return name;
  }

  SecretKey secret() {
    return secret;
  }

  /** Begins to digest. */
  public Digester digester() {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(secret);
      return new Digester(mac);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + HMAC, e);
    }
  }

  /** Digests with one key. Not thread-safe. */
  public static final class Digester {
    private final Mac mac;

    private Digester(Mac mac) {
      this.mac = mac;
    }

    /** The beginning of HMAC-SHA-256 over the kind and the text of a folded value. */
    public byte[] digest(FoldedValue value) {
      mac.update((DOMAIN + value.kind().name() + "\n").getBytes(UTF_8));
      return Arrays.copyOf(mac.doFinal(value.text().getBytes(UTF_8)), DIGEST);
    }
  }
}

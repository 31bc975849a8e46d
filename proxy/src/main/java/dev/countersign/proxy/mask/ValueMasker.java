package dev.countersign.proxy.mask;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.countersign.rules.verdict.Masker;
import java.security.GeneralSecurityException;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Hides single values. The result is always valid for the type: where a type cannot hold a
 * placeholder, its values become NULL.
 */
public final class ValueMasker {

  /** OIDs of pg_type.dat: name, text, bpchar, varchar; their text and binary forms agree. */
  private static final Set<Integer> TEXT_TYPES = Set.of(19, 25, 1042, 1043);

  private static final byte[] REDACTED = "*****".getBytes(UTF_8);
  private static final int KEPT_CHARACTERS = 4;
  private static final String HMAC = "HmacSHA256";

  private final SecretKeySpec hashKey;

  /**
   * @param hashKey keys the digests of {@link Masker#HASH}; at least 32 bytes
   */
  public ValueMasker(byte[] hashKey) {
    if (hashKey.length < 32) {
      throw new IllegalArgumentException("the key of the hash masker has fewer than 32 bytes");
    }
    this.hashKey = new SecretKeySpec(hashKey, HMAC);
  }

  /**
   * Hides a value that is not NULL.
   *
   * @param typeOid its type
   * @param value its bytes, in text or binary format
   * @return what to send instead; null for SQL NULL
   */
  public byte @Nullable [] mask(Masker masker, int typeOid, byte[] value) {
    if (!TEXT_TYPES.contains(typeOid)) {
      return TypedMask.mask(masker, typeOid, value, this::digest);
    }
    return switch (masker) {
      case NULL -> null;
      case REDACT -> REDACTED.clone();
      case PARTIAL -> partial(value);
      case FORMAT -> FormatMask.text(value, this::digest);
      case HASH -> DigestText.of(digest(value)).getBytes(UTF_8);
    };
  }

  /** Keeps the last four characters of a value that has at least twice as many. */
  private static byte[] partial(byte[] value) {
    String text = new String(value, UTF_8);
    int length = text.codePointCount(0, text.length());
    if (length < 2 * KEPT_CHARACTERS) {
      return REDACTED.clone();
    }
    int from = text.offsetByCodePoints(text.length(), -KEPT_CHARACTERS);
    return ("*****" + text.substring(from)).getBytes(UTF_8);
  }

  private byte[] digest(byte[] value) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(hashKey);
      return mac.doFinal(value);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + HMAC, e);
    }
  }
}

package dev.countersign.audit.journal;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.UUID;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-256-GCM over the payloads of one segment. The nonce is the record's sequence, which no two
 * records of a segment share; the associated data bind a payload to its place. Not thread-safe.
 */
final class PayloadCipher {

  static final int TAG = 16;
  private static final int KEY = 32;

  private final Cipher cipher;
  private final SecretKey key;
  private final byte[] place;

  PayloadCipher(SecretKey key, UUID journal, long segment) {
    this.key = key;
    place =
        ByteBuffer.allocate(24)
            .putLong(journal.getMostSignificantBits())
            .putLong(journal.getLeastSignificantBits())
            .putLong(segment)
            .array();
    try {
      cipher = Cipher.getInstance("AES/GCM/NoPadding");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a Java platform without AES-GCM", e);
    }
  }

  static SecretKey newKey(SecureRandom random) {
    byte[] key = new byte[KEY];
    random.nextBytes(key);
    return new SecretKeySpec(key, "AES");
  }

  /**
   * Appends the sealed bytes to {@code out}.
   *
   * @param head the record's clear part, which is bound to it
   */
  @SuppressWarnings("ByteBufferBackingArray") // at() adds the offset.
  void seal(long sequence, ByteBuffer head, byte[] plain, ByteBuffer out) {
    try {
      begin(Cipher.ENCRYPT_MODE, sequence, head);
      int length = cipher.doFinal(plain, 0, plain.length, out.array(), at(out));
      out.position(out.position() + length);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM refuses to encrypt", e);
    }
  }

  /**
   * What was sealed.
   *
   * @throws AEADBadTagException if it is not what was sealed at this place under this key
   */
  byte[] open(long sequence, ByteBuffer head, byte[] sealed) throws AEADBadTagException {
    try {
      begin(Cipher.DECRYPT_MODE, sequence, head);
      return cipher.doFinal(sealed);
    } catch (AEADBadTagException e) {
      throw e;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM refuses to decrypt", e);
    }
  }

  private void begin(int mode, long sequence, ByteBuffer head) throws GeneralSecurityException {
    byte[] nonce = ByteBuffer.allocate(12).putInt(0).putLong(sequence).array();
    cipher.init(mode, key, new GCMParameterSpec(TAG * 8, nonce));
    cipher.updateAAD(place);
    cipher.updateAAD(head);
  }

  private static int at(ByteBuffer buffer) {
    return buffer.arrayOffset() + buffer.position();
  }
}

package dev.countersign.audit.pack;

import dev.countersign.audit.journal.DataKeys;
import dev.countersign.audit.journal.JournalException;
import dev.countersign.audit.journal.OwnerKey;
import dev.countersign.audit.journal.SealedKey;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.UUID;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The encryption of a pack, of any size and in little memory: AES-256-GCM over pieces of 64 KiB
 * under a key of its own, which is wrapped to the owner of the recordings. The nonce is the number
 * of the piece; how many there are follows from the length, which is bound to all of them.
 */
final class PackSeal {

  private static final int PIECE = 64 << 10;
  private static final int TAG = 16;
  private static final int KEY = 32;
  private static final UUID NO_JOURNAL = new UUID(0, 0);

  private final Cipher cipher;
  private final int mode;
  private final SecretKey key;
  private final byte[] head;
  private final MessageDigest digest;
  private long piece;

  private PackSeal(int mode, SecretKey key, byte[] head) {
    this.mode = mode;
    this.key = key;
    this.head = head;
    try {
      cipher = Cipher.getInstance("AES/GCM/NoPadding");
      digest = MessageDigest.getInstance("SHA-256");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a Java platform without AES-GCM or SHA-256", e);
    }
  }

  /** How many bytes a pack of that length takes at most. */
  static long sealed(long length) {
    return PackHead.LONGEST + length + (length + PIECE - 1) / PIECE * TAG;
  }

  /**
   * Seals one.
   *
   * @param sha256 what it is known to be
   * @throws IOException if it is not
   */
  static void seal(InputStream pack, String sha256, long length, OwnerKey owner, OutputStream out)
      throws IOException {
    byte[] random = new byte[KEY];
    new SecureRandom().nextBytes(random);
    SecretKey key = new SecretKeySpec(random, "AES");
    byte[] head = new PackHead(sha256, length, owner.id(), owner.wrap(key)).bytes();
    out.write(head);
    PackSeal seal = new PackSeal(Cipher.ENCRYPT_MODE, key, head);
    for (long left = length; left > 0; left -= PIECE) {
      byte[] plain = exactly(pack, (int) Math.min(PIECE, left));
      seal.digest.update(plain);
      out.write(seal.next(plain));
    }
    if (pack.read() >= 0) {
      throw new IOException("the pack is longer than what was judged");
    }
    seal.check(sha256);
  }

  /**
   * Opens one. What came out is believed once this has returned.
   *
   * @param wanted the SHA-256 of the pack
   * @param owner the owner's private key
   */
  static void open(InputStream sealed, String wanted, DataKeys owner, OutputStream out)
      throws IOException {
    PackHead head = PackHead.read(new DataInputStream(sealed));
    if (!head.sha256().equals(wanted)) {
      throw new IOException("the file holds another pack: " + head.sha256());
    }
    PackSeal seal = new PackSeal(Cipher.DECRYPT_MODE, key(head, owner), head.bytes());
    for (long left = head.length(); left > 0; left -= PIECE) {
      byte[] plain = seal.next(exactly(sealed, (int) Math.min(PIECE, left) + TAG));
      seal.digest.update(plain);
      out.write(plain);
    }
    if (sealed.read() >= 0) {
      throw new IOException("something follows the sealed pack");
    }
    seal.check(wanted);
  }

  private static SecretKey key(PackHead head, DataKeys owner) throws IOException {
    try {
      return owner
          .open(new SealedKey(NO_JOURNAL, 0, head.owner(), head.wrapped()))
          .orElseThrow(
              () ->
                  new IOException(
                      "the pack is sealed to another owner's key, "
                          + head.owner()
                          + "; give that"));
    } catch (JournalException e) {
      throw new IOException("the key of the pack cannot be opened", e);
    }
  }

  private byte[] next(byte[] bytes) throws IOException {
    try {
      byte[] nonce = ByteBuffer.allocate(12).putInt(0).putLong(piece++).array();
      cipher.init(mode, key, new GCMParameterSpec(TAG * 8, nonce));
      cipher.updateAAD(head);
      return cipher.doFinal(bytes);
    } catch (GeneralSecurityException e) {
      throw new IOException("the sealed pack is damaged in piece " + piece, e);
    }
  }

  private void check(String sha256) throws IOException {
    if (!HexFormat.of().formatHex(digest.digest()).equals(sha256)) {
      throw new IOException("the pack is not the one of that SHA-256");
    }
  }

  private static byte[] exactly(InputStream in, int count) throws IOException {
    byte[] bytes = in.readNBytes(count);
    if (bytes.length < count) {
      throw new EOFException("the pack ends early");
    }
    return bytes;
  }
}

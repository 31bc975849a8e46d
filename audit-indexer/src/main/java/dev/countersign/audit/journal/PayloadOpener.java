package dev.countersign.audit.journal;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/** Gets the payloads of one segment out of its records. Not thread-safe. */
final class PayloadOpener {

  /** The content is not what the record commits to. */
  static final class WrongException extends RuntimeException {
    private static final long serialVersionUID = 1;

    WrongException(String message) {
      super(message);
    }
  }

  private final @Nullable PayloadCipher cipher;

  private PayloadOpener(@Nullable PayloadCipher cipher) {
    this.cipher = cipher;
  }

  /** Empty if none of the keys opens the segment. */
  static Optional<PayloadOpener> of(SegmentHeader header, DataKeys keys) {
    if (!header.isEncrypted()) {
      return Optional.of(new PayloadOpener(null));
    }
    Optional<SecretKey> key = keys.open(SealedKey.of(header));
    return key.map(
        found -> new PayloadOpener(new PayloadCipher(found, header.journal(), header.number())));
  }

  byte[] payload(SegmentScan.Step.Found found) {
    byte[] content = content(found);
    if (content.length <= Commitment.SALT
        || !Arrays.equals(Commitment.of(content), found.commitment())) {
      throw new WrongException(
          "the payload of sequence " + found.sequence() + " is not what the record commits to");
    }
    return Commitment.payload(content);
  }

  private byte[] content(SegmentScan.Step.Found found) {
    if (cipher == null) {
      return found.content();
    }
    try {
      return cipher.open(found.sequence(), ByteBuffer.wrap(found.clear()), found.content());
    } catch (AEADBadTagException e) {
      throw new WrongException(
          "the payload of sequence " + found.sequence() + " does not open with the segment's key");
    }
  }
}

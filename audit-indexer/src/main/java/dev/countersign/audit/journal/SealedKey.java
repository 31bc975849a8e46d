package dev.countersign.audit.journal;

import dev.countersign.audit.journal.SegmentHeader.Hash;
import java.util.UUID;

/**
 * A segment's data key as it stands in the segment: wrapped to its owner.
 *
 * @param owner the RFC 7638 thumbprint of the owner's key
 * @param jwe the key as a compact JWE
 */
public record SealedKey(UUID journal, long segment, String owner, String jwe) {

  static SealedKey of(SegmentHeader header) {
    return new SealedKey(
        header.journal(), header.number(), thumbprint(header.owner()), header.wrappedKey());
  }

  /** In the characters that JSON Web Keys use. */
  static String thumbprint(Hash owner) {
    return java.util.Base64.getUrlEncoder().withoutPadding().encodeToString(owner.bytes());
  }
}

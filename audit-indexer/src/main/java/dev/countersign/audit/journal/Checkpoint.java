package dev.countersign.audit.journal;

import dev.countersign.audit.journal.SegmentHeader.Hash;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;

/**
 * What a journal was at a moment: so many records, under that root. As text it is a C2SP
 * tlog-checkpoint.
 *
 * @param size the sequence of the newest record
 * @param root of the RFC 9162 Merkle tree over the hashes of all records
 * @param chain the hash of the newest record
 */
record Checkpoint(UUID journal, long size, Hash root, Hash chain, Instant time) {

  static String origin(UUID journal) {
    return "countersign/" + journal;
  }

  String text() {
    return origin(journal)
        + "\n"
        + size
        + "\n"
        + Base64.getEncoder().encodeToString(root.bytes())
        + "\nchain "
        + chain
        + "\ntime "
        + time
        + "\n";
  }

  String signed(SigningKey key) {
    return key.sign(origin(journal), text());
  }
}

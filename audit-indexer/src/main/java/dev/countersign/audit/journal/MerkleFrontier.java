package dev.countersign.audit.journal;

import dev.countersign.audit.journal.SegmentHeader.Hash;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The right edge of an RFC 9162 Merkle tree over the hashes of all records: the roots of its
 * perfect subtrees, largest first. Enough to append and to tell the root; as many hashes as the
 * size has one bits. Not thread-safe.
 */
final class MerkleFrontier {

  private final List<Hash> peaks;
  private long size;

  /** Made when it is needed: most copies are only kept. */
  private @Nullable MessageDigest sha;

  private MerkleFrontier(long size, List<Hash> peaks) {
    if (peaks.size() != Long.bitCount(size)) {
      throw new IllegalArgumentException(size + " leaves do not have " + peaks.size() + " peaks");
    }
    this.size = size;
    this.peaks = new ArrayList<>(peaks);
  }

  static MerkleFrontier of(long size, List<Hash> peaks) {
    return new MerkleFrontier(size, peaks);
  }

  MerkleFrontier copy() {
    return new MerkleFrontier(size, peaks);
  }

  long size() {
    return size;
  }

  List<Hash> peaks() {
    return List.copyOf(peaks);
  }

  /** Appends the hash of the next record. */
  void add(byte[] recordHash) {
    MessageDigest leaf = sha();
    leaf.update((byte) 0);
    Hash node = new Hash(leaf.digest(recordHash));
    for (long full = size; (full & 1) == 1; full >>= 1) {
      node = parent(peaks.removeLast(), node);
    }
    peaks.add(node);
    size++;
  }

  Hash root() {
    if (peaks.isEmpty()) {
      return new Hash(sha().digest());
    }
    Hash root = peaks.getLast();
    for (int i = peaks.size() - 2; i >= 0; i--) {
      root = parent(peaks.get(i), root);
    }
    return root;
  }

  private Hash parent(Hash left, Hash right) {
    MessageDigest node = sha();
    node.update((byte) 1);
    node.update(left.bytes());
    return new Hash(node.digest(right.bytes()));
  }

  private MessageDigest sha() {
    MessageDigest known = sha;
    if (known == null) {
      known = Sha256.digest();
      sha = known;
    }
    return known;
  }
}

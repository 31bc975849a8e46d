package dev.countersign.audit.verify;

import java.util.ArrayList;
import java.util.List;

/** An RFC 9162 Merkle tree that only grows: its perfect subtrees, largest first. */
final class Tree {

  private final List<Bytes> subtrees;
  private long size;

  Tree(long size, List<Bytes> subtrees) {
    this.size = size;
    this.subtrees = new ArrayList<>(subtrees);
  }

  void add(Bytes recordHash) {
    Bytes node = Bytes.sha256(new byte[] {0}, recordHash.all());
    long rest = size;
    while (rest % 2 == 1) {
      node = parent(subtrees.removeLast(), node);
      rest /= 2;
    }
    subtrees.add(node);
    size++;
  }

  List<Bytes> subtrees() {
    return List.copyOf(subtrees);
  }

  Bytes root() {
    if (subtrees.isEmpty()) {
      return Bytes.sha256();
    }
    Bytes root = subtrees.getLast();
    for (Bytes left : subtrees.subList(0, subtrees.size() - 1).reversed()) {
      root = parent(left, root);
    }
    return root;
  }

  private static Bytes parent(Bytes left, Bytes right) {
    return Bytes.sha256(new byte[] {1}, left.all(), right.all());
  }
}

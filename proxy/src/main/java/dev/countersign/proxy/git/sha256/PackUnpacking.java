package dev.countersign.proxy.git.sha256;

import dev.countersign.proxy.git.wire.Deadline;
import dev.countersign.proxy.git.wire.Delta;
import dev.countersign.proxy.git.wire.GitWireException;
import dev.countersign.proxy.git.wire.PackBytes;
import dev.countersign.proxy.git.wire.PackLimits;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/** Tells of every object of a pack once: those that stand there, and what deltas make of them. */
final class PackUnpacking {

  /** Learns what the objects are, and names them. */
  interface Listener {

    /**
     * A file that stands in the pack as it is.
     *
     * @return its name
     */
    byte[] file(int entry) throws IOException;

    /**
     * Any other object.
     *
     * @param delta whether it had to be made first
     * @return its name
     */
    byte[] object(int entry, int kind, byte[] raw, boolean delta) throws IOException;
  }

  /** An object that others are made of. */
  private static final class Base {

    private final int kind;
    private final byte[] raw;
    private int child;
    private int named;

    Base(int kind, byte[] raw, int child, int named) {
      this.kind = kind;
      this.raw = raw;
      this.child = child;
      this.named = named;
    }

    boolean isDone() {
      return child == PackEntries.NONE && named == PackEntries.NONE;
    }
  }

  private final PackEntries entries;
  private final PackBytes bytes;
  private final Listener listener;
  private final PackLimits limits;
  private final Deadline deadline;
  private final Deque<Base> bases = new ArrayDeque<>();
  private long held;
  private int told;

  PackUnpacking(
      PackEntries entries,
      PackBytes bytes,
      PackLimits limits,
      Deadline deadline,
      Listener listener) {
    this.entries = entries;
    this.bytes = bytes;
    this.limits = limits;
    this.deadline = deadline;
    this.listener = listener;
  }

  /**
   * Tells of all.
   *
   * @throws GitWireException.Incomplete if some are made of what is not in the pack
   */
  void run() throws IOException {
    for (int entry = 0; entry < entries.count(); entry++) {
      if (!entries.isDelta(entry)) {
        deadline.check();
        whole(entry);
      }
    }
    if (told < entries.count()) {
      throw new GitWireException.Incomplete(
          "a delta of the pack is of an object that is not in the pack");
    }
  }

  private void whole(int entry) throws IOException {
    int kind = entries.type(entry);
    told++;
    if (kind != Kind.BLOB) {
      byte[] raw = unpack(entry);
      hold(entry, kind, raw, listener.object(entry, kind, raw, /* delta= */ false));
    } else {
      byte[] name = listener.file(entry);
      int named = entries.takeNamed(name);
      if (entries.child(entry) != PackEntries.NONE || named != PackEntries.NONE) {
        hold(new Base(kind, unpack(entry), entries.child(entry), named));
      }
    }
    makeDeltas();
  }

  private byte[] unpack(int entry) throws IOException {
    return bytes.unpack(entries.content(entry), entries.size(entry));
  }

  private void hold(int entry, int kind, byte[] raw, byte[] name) throws GitWireException {
    Base base = new Base(kind, raw, entries.child(entry), entries.takeNamed(name));
    if (!base.isDone()) {
      hold(base);
    }
  }

  private void hold(Base base) throws GitWireException {
    held += base.raw.length;
    if (held > limits.outline().held()) {
      throw new GitWireException.TooMuch(
          "the deltas of the pack are nested so that too much has to be held to resolve them;"
              + " git repack -adf --depth=50 makes a better one");
    }
    bases.push(base);
  }

  private void makeDeltas() throws IOException {
    while (!bases.isEmpty()) {
      deadline.check();
      Base base = bases.peek();
      int entry = next(base);
      if (base.isDone()) {
        held -= bases.pop().raw.length;
      }
      byte[] raw = Delta.apply(base.raw, unpack(entry), limits.objectBytes());
      told++;
      hold(entry, base.kind, raw, listener.object(entry, base.kind, raw, /* delta= */ true));
    }
  }

  private int next(Base base) {
    int entry = base.child != PackEntries.NONE ? base.child : base.named;
    if (base.child != PackEntries.NONE) {
      base.child = entries.sibling(entry);
    } else {
      base.named = entries.sibling(entry);
    }
    return entry;
  }
}

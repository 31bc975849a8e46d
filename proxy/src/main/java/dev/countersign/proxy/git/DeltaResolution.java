package dev.countersign.proxy.git;

import dev.countersign.proxy.git.wire.Delta;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.lib.ObjectId;
import org.jspecify.annotations.Nullable;

/**
 * Makes objects of a pack of others that they are told apart from, names them and looks at them.
 * Used by one thread; others may be at other objects of the pack.
 */
final class DeltaResolution implements AutoCloseable {

  /** An object, and the next of those that are still to be made of it. */
  private static final class Base {

    private final byte[] raw;
    private @Nullable PackEntry next;

    Base(byte[] raw, @Nullable PackEntry next) {
      this.raw = raw;
      this.next = next;
    }
  }

  private final PackScan scan;
  private final Map<ObjectId, PackEntry> byName;
  private final long largest;
  private final Deadline deadline;
  private final PackFile file;
  private final ObjectLook look;
  private final ObjectHash hash = new ObjectHash();

  /**
   * @param byName what is made of objects by their names: taken out as it is made
   * @param largest bytes that an object may have
   */
  DeltaResolution(
      FileChannel file,
      PackScan scan,
      Map<ObjectId, PackEntry> byName,
      long largest,
      Deadline deadline) {
    this.scan = scan;
    this.byName = byName;
    this.largest = largest;
    this.deadline = deadline;
    this.file = new PackFile(file);
    this.look = scan.look();
  }

  /** Makes what is made of an object that is there as a whole, and what is made of that. */
  void resolve(PackEntry whole) throws IOException {
    PackEntry first = children(whole);
    if (first != null) {
      Optional<PackScan.Kept> kept = scan.kept(whole.id());
      resolve(kept.isPresent() ? kept.get().raw() : file.read(whole.packed()), whole.type(), first);
    }
  }

  /**
   * Makes what is made of an object, and what is made of that.
   *
   * @param first of those that are made of it
   */
  void resolve(byte[] raw, int type, PackEntry first) throws IOException {
    Deque<Base> bases = new ArrayDeque<>();
    bases.push(new Base(raw, first));
    while (!bases.isEmpty()) {
      deadline.check();
      Base base = bases.element();
      PackEntry entry = base.next;
      if (entry == null) {
        throw new IllegalStateException("a base of which nothing is made");
      }
      base.next = entry.sibling();
      // It is held no longer than something is to be made of it.
      if (base.next == null) {
        bases.pop();
      }
      byte[] made = make(entry, base.raw, type);
      PackEntry children = children(entry);
      if (children != null) {
        bases.push(new Base(made, children));
      }
    }
  }

  private byte[] make(PackEntry entry, byte[] base, int type) throws IOException {
    Optional<byte[]> kept = entry.delta();
    byte[] delta = kept.isPresent() ? kept.get() : file.read(entry.packed());
    byte[] made = Delta.apply(base, delta, largest);
    ObjectId id = hash.of(type, made);
    look.at(id, type, made);
    entry.named(type, id);
    return made;
  }

  /** The first of those that are made of it, by place or by name. */
  private @Nullable PackEntry children(PackEntry entry) {
    PackEntry named = byName.remove(entry.id());
    if (named == null) {
      return entry.firstChild();
    }
    PackEntry last = named;
    for (PackEntry next = last.sibling(); next != null; next = last.sibling()) {
      last = next;
    }
    last.before(entry.firstChild());
    return named;
  }

  @Override
  public void close() {
    file.close();
  }
}

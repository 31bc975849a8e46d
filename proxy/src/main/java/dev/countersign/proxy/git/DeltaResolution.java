package dev.countersign.proxy.git;

import dev.countersign.proxy.git.wire.Deadline;
import dev.countersign.proxy.git.wire.Delta;
import dev.countersign.proxy.git.wire.PackBytes;
import java.io.IOException;
import java.nio.file.Path;
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

  private static final byte[] NOTHING = {};

  /** An object, and the next of those that are still to be made of it. */
  private static final class Base {

    private final byte[] raw;
    private final byte[] seen;
    private @Nullable PackEntry next;

    /**
     * @param seen what of it has been looked at: all or nothing
     */
    Base(byte[] raw, byte[] seen, PackEntry first) {
      this.raw = raw;
      this.seen = seen;
      this.next = first;
    }
  }

  private final PackScan scan;
  private final Map<ObjectId, PackEntry> byName;
  private final long largest;
  private final Deadline deadline;
  private final PackBytes file;
  private final ObjectLook look;
  private final ObjectHash hash = new ObjectHash();

  /**
   * @param byName what is made of objects by their names: taken out as it is made
   * @param largest bytes that an object may have
   */
  DeltaResolution(
      Path file, PackScan scan, Map<ObjectId, PackEntry> byName, long largest, Deadline deadline)
      throws IOException {
    this.scan = scan;
    this.byName = byName;
    this.largest = largest;
    this.deadline = deadline;
    this.file = new PackBytes(file);
    this.look = scan.look();
  }

  /** Makes what is made of an object that is there as a whole, and what is made of that. */
  void resolve(PackEntry whole) throws IOException {
    PackEntry first = children(whole);
    if (first != null) {
      Optional<PackScan.Kept> kept = scan.kept(whole.id());
      byte[] raw = kept.isPresent() ? kept.get().raw() : read(whole);
      resolve(new Base(raw, raw, first), whole.type());
    }
  }

  /**
   * Makes what is made of an object that is not in the pack, and what is made of that.
   *
   * @param first of those that are made of it
   */
  void resolve(byte[] raw, int type, PackEntry first) throws IOException {
    resolve(new Base(raw, NOTHING, first), type);
  }

  private void resolve(Base root, int type) throws IOException {
    Deque<Base> bases = new ArrayDeque<>();
    bases.push(root);
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
      byte[] made = make(entry, base, type);
      PackEntry children = children(entry);
      if (children != null) {
        bases.push(new Base(made, made, children));
      }
    }
  }

  private byte[] make(PackEntry entry, Base base, int type) throws IOException {
    Optional<byte[]> kept = entry.delta();
    byte[] delta = kept.isPresent() ? kept.get() : read(entry);
    byte[] made = Delta.apply(base.raw, delta, largest);
    ObjectId id = hash.of(type, made);
    look.at(id, type, made, base.seen);
    entry.named(type, id);
    return made;
  }

  private byte[] read(PackEntry entry) throws IOException {
    return file.unpack(entry.packed().content(), entry.packed().size());
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
  public void close() throws IOException {
    file.close();
  }
}

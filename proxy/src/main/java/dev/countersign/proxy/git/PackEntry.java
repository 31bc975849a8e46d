package dev.countersign.proxy.git;

import static java.util.Objects.requireNonNull;

import dev.countersign.proxy.git.wire.Packed;
import java.util.Optional;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.jspecify.annotations.Nullable;

/**
 * An object of a pack that comes in: where it is, what it is called once that is known, and what is
 * made of it.
 */
final class PackEntry {

  private final Packed packed;
  private int crc;
  private int type = Constants.OBJ_BAD;
  private @Nullable ObjectId id;
  private byte @Nullable [] delta;
  private @Nullable PackEntry firstChild;
  private @Nullable PackEntry sibling;

  PackEntry(Packed packed) {
    this.packed = requireNonNull(packed, "packed");
  }

  Packed packed() {
    return packed;
  }

  long at() {
    return packed.at();
  }

  void packed(int crcOfAll) {
    crc = crcOfAll;
  }

  int crc() {
    return crc;
  }

  void named(int itsType, ObjectId name) {
    type = itsType;
    id = name;
    delta = null;
  }

  boolean isNamed() {
    return id != null;
  }

  int type() {
    return type;
  }

  ObjectId id() {
    return requireNonNull(id, "an object that was not read");
  }

  /** Keeps what makes it of another. */
  void keep(byte[] bytes) {
    delta = bytes;
  }

  Optional<byte[]> delta() {
    return Optional.ofNullable(delta);
  }

  /** Adds one that is made of this. */
  void add(PackEntry child) {
    firstChild = child.before(firstChild);
  }

  /** Puts this in front of others that are made of the same. */
  PackEntry before(@Nullable PackEntry others) {
    sibling = others;
    return this;
  }

  /** The first of those that are made of it by place. */
  @Nullable PackEntry firstChild() {
    return firstChild;
  }

  /** The next one that is made of the same. */
  @Nullable PackEntry sibling() {
    return sibling;
  }
}

package dev.countersign.proxy.git;

import static java.util.Objects.requireNonNull;

import dev.countersign.proxy.git.wire.GitWireException;
import dev.countersign.proxy.git.wire.MeasuredPack;
import dev.countersign.proxy.git.wire.Packed;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.jspecify.annotations.Nullable;

/**
 * The objects of a pack while it comes in. Those that are there as a whole are named, and looked at
 * beside that; what makes objects of others is put to these, and kept as far as there is room.
 */
final class ArrivingPack implements MeasuredPack.Sink {

  /** Bytes of deltas that need not be read again. */
  private static final long ROOM = 32 << 20;

  /** Larger files are looked at piece by piece. */
  private static final int PIECE = 64 << 10;

  private final long largest;
  private final PackScan scan;
  private final ObjectHash hash = new ObjectHash();
  private final List<PackEntry> entries = new ArrayList<>();
  private final Map<ObjectId, PackEntry> byName = new HashMap<>();
  private long room = ROOM;
  private @Nullable PackEntry entry;
  private byte[] content = {};
  private int filled;
  private boolean isKept;
  private boolean isPiecewise;

  /**
   * @param largest bytes that an object may have
   */
  ArrivingPack(long largest, PackScan scan) {
    this.largest = largest;
    this.scan = scan;
  }

  /** All objects so far, in the order of the pack. */
  List<PackEntry> entries() {
    return entries;
  }

  /** What is made of objects by their names, and is not by place. */
  Map<ObjectId, PackEntry> byName() {
    return byName;
  }

  @Override
  public void begins(Packed packed) throws IOException {
    if (packed.size() > Math.min(largest, Integer.MAX_VALUE - 8)) {
      throw GitWireException.TooMuch.object(largest);
    }
    PackEntry begun = new PackEntry(packed);
    entry = begun;
    entries.add(begun);
    isPiecewise = false;
    isKept = true;
    switch (packed) {
      case Packed.Whole whole -> {
        check(whole.type());
        isPiecewise = whole.type() == Constants.OBJ_BLOB && packed.size() > PIECE;
        if (isPiecewise) {
          hash.begin(whole.type(), packed.size());
        }
      }
      case Packed.OffsetDelta delta -> {
        base(delta.base()).add(begun);
        isKept = takeRoom(packed.size());
      }
      case Packed.NameDelta delta -> {
        byName.merge(ObjectId.fromRaw(delta.base()), begun, (others, one) -> one.before(others));
        isKept = takeRoom(packed.size());
      }
    }
    // A size is a promise: nothing is allocated for more than has come.
    content = isKept ? new byte[(int) Math.min(packed.size(), PIECE)] : new byte[0];
    filled = 0;
  }

  private static void check(int type) throws GitWireException {
    if (type < Constants.OBJ_COMMIT || type > Constants.OBJ_TAG) {
      throw new GitWireException("the pack has an object of a kind that is not known");
    }
  }

  private PackEntry base(long at) throws GitWireException {
    int low = 0;
    int high = entries.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      PackEntry found = entries.get(middle);
      if (found.at() == at) {
        return found;
      }
      if (found.at() < at) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    throw new GitWireException("a delta of the pack is of something that is no object");
  }

  private boolean takeRoom(long bytes) {
    if (bytes > room) {
      return false;
    }
    room -= bytes;
    return true;
  }

  @Override
  public void content(byte[] bytes, int count) throws IOException {
    if (isPiecewise) {
      hash.update(bytes, count);
    }
    int from = 0;
    while (isKept && from < count) {
      if (filled == content.length) {
        makeRoom();
      }
      int part = Math.min(count - from, content.length - filled);
      System.arraycopy(bytes, from, content, filled, part);
      filled += part;
      from += part;
    }
  }

  private void makeRoom() throws IOException {
    if (isPiecewise) {
      scan.piece(content);
      content = new byte[PIECE];
      filled = 0;
      return;
    }
    long size = begun().packed().size();
    content = Arrays.copyOf(content, (int) Math.min(size, 2L * content.length));
  }

  private PackEntry begun() {
    return requireNonNull(entry, "an object has begun");
  }

  @Override
  public void ends(int crc) throws IOException {
    PackEntry ended = begun();
    ended.packed(crc);
    switch (ended.packed()) {
      case Packed.Whole whole -> named(ended, whole.type());
      case Packed.OffsetDelta _, Packed.NameDelta _ -> {
        if (isKept) {
          ended.keep(content);
        }
      }
    }
    content = new byte[0];
  }

  private void named(PackEntry ended, int type) throws IOException {
    if (isPiecewise) {
      ended.named(type, hash.end());
      scan.piece(Arrays.copyOf(content, filled));
      scan.ends(ended.id());
    } else {
      ended.named(type, hash.of(type, content));
      scan.later(ended.id(), type, content);
    }
  }
}

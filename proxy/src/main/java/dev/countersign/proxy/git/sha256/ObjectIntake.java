package dev.countersign.proxy.git.sha256;

import dev.countersign.proxy.git.wire.Digests;
import dev.countersign.proxy.git.wire.PackBytes;
import java.io.IOException;
import java.security.MessageDigest;

/**
 * Names the objects of a pack as they are unpacked. Files are written on at once; the others are
 * remembered until all that they need is there.
 */
final class ObjectIntake implements PackUnpacking.Listener {

  private final PackEntries entries;
  private final long end;
  private final PackBytes bytes;
  private final Spill spill;
  private final NameTable names;
  private final InnerPack out;
  private final MessageDigest sha1 = Digests.sha1();
  private final MessageDigest sha256 = Digests.sha256();
  private final byte[] kinds;
  private final int[] sizes;

  /** Where in the spill a delta's result is. */
  private final long[] places;

  /**
   * @param end where the last entry ends
   */
  ObjectIntake(
      PackEntries entries, long end, PackBytes bytes, Spill spill, NameTable names, InnerPack out) {
    this.entries = entries;
    this.end = end;
    this.bytes = bytes;
    this.spill = spill;
    this.names = names;
    this.out = out;
    kinds = new byte[entries.count()];
    sizes = new int[entries.count()];
    places = new long[entries.count()];
  }

  @Override
  public byte[] file(int entry) throws IOException {
    long size = entries.size(entry);
    byte[] header = Kind.header(Kind.BLOB, size);
    sha256.update(header);
    sha1.update(header);
    bytes.unpack(
        entries.content(entry),
        size,
        (piece, count) -> {
          sha256.update(piece, 0, count);
          sha1.update(piece, 0, count);
        });
    byte[] outer = sha256.digest();
    kinds[entry] = Kind.BLOB;
    names.put(entry, outer);
    names.translate(entry, sha1.digest());
    out.packed(Kind.BLOB, size, bytes, entries.content(entry), entries.end(entry, end));
    return outer;
  }

  @Override
  public byte[] object(int entry, int kind, byte[] raw, boolean delta) throws IOException {
    kinds[entry] = (byte) kind;
    sizes[entry] = raw.length;
    byte[] header = Kind.header(kind, raw.length);
    sha256.update(header);
    byte[] outer = sha256.digest(raw);
    names.put(entry, outer);
    if (kind == Kind.BLOB) {
      sha1.update(header);
      names.translate(entry, sha1.digest(raw));
      out.object(kind, raw);
    } else if (delta) {
      places[entry] = spill.add(raw);
    }
    return outer;
  }

  int count() {
    return kinds.length;
  }

  int kind(int entry) {
    return kinds[entry];
  }

  /**
   * One that is no file, as it is.
   *
   * @param made what the spill has become
   */
  byte[] raw(int entry, PackBytes made) throws IOException {
    return entries.isDelta(entry)
        ? made.unpack(places[entry], sizes[entry])
        : bytes.unpack(entries.content(entry), sizes[entry]);
  }
}

package dev.countersign.proxy.git;

import static java.util.Objects.requireNonNull;

import dev.countersign.proxy.git.wire.GitWireException;
import dev.countersign.proxy.git.wire.Packed;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.ObjectReader;

/**
 * What makes a pack whole that is made for somebody who has more: what its objects are made of and
 * only the upstream has is put to its end, as git does.
 */
final class PackCompletion {

  private static final int BUFFER = 64 << 10;

  private final Path file;
  private final ObjectReader upstream;
  private final PushedPack.Limits limits;
  private final MessageDigest sha256;
  private final Set<ObjectId> bases = new LinkedHashSet<>();
  private long baseBytes;

  /**
   * @param sha256 of what is in the file, afterwards
   */
  PackCompletion(Path file, ObjectReader upstream, PushedPack.Limits limits, MessageDigest sha256) {
    this.file = file;
    this.upstream = requireNonNull(upstream, "upstream");
    this.limits = limits;
    this.sha256 = sha256;
  }

  /**
   * Makes what is made of objects that only the upstream has.
   *
   * @param byName what is; empty afterwards
   */
  void resolve(Map<ObjectId, PackEntry> byName, DeltaResolution resolution) throws IOException {
    while (!byName.isEmpty()) {
      int missing = byName.size();
      for (ObjectId id : List.copyOf(byName.keySet())) {
        // What is not upstream may come of something that is.
        if (upstream.has(id)) {
          resolve(id, byName, resolution);
        }
      }
      if (byName.size() == missing) {
        throw new GitWireException(
            "it has deltas of objects that are neither in it nor upstream, as of "
                + byName.keySet().iterator().next().name());
      }
    }
  }

  private void resolve(ObjectId id, Map<ObjectId, PackEntry> byName, DeltaResolution resolution)
      throws IOException {
    PackEntry first = byName.remove(id);
    if (first == null) {
      return;
    }
    ObjectLoader base = upstream.open(id);
    baseBytes += base.getSize();
    if (base.getSize() > limits.objectBytes() || baseBytes > limits.outline().unpacked()) {
      throw new GitWireException.TooMuch(
          "what the objects of the push are made of is too large; push without --thin");
    }
    bases.add(id);
    resolution.resolve(base.getCachedBytes(Integer.MAX_VALUE), base.getType(), first);
  }

  /**
   * Puts what is missing to the end.
   *
   * @param own the objects that it has
   * @param all these, and those that are added
   * @return what the pack ends with now
   */
  byte[] complete(List<PackEntry> own, List<PackEntry> all) throws IOException {
    own.forEach(entry -> bases.remove(entry.id()));
    all.addAll(own);
    try (RandomAccessFile pack = new RandomAccessFile(file.toFile(), "rw")) {
      long end = pack.length() - Constants.OBJECT_ID_LENGTH;
      for (ObjectId id : bases) {
        pack.seek(end);
        all.add(append(id, pack));
        end = pack.getFilePointer();
      }
      pack.setLength(end);
      pack.seek(PackHeader.LENGTH - Integer.BYTES);
      pack.writeInt(all.size());
      return digest(pack);
    }
  }

  private PackEntry append(ObjectId id, RandomAccessFile pack) throws IOException {
    ObjectLoader base = upstream.open(id);
    long at = pack.getFilePointer();
    CRC32 crc = new CRC32();
    byte[] header = header(base.getType(), base.getSize());
    crc.update(header);
    pack.write(header);
    PackEntry entry =
        new PackEntry(new Packed.Whole(at, at + header.length, base.getSize(), base.getType()));
    try (Deflater deflater = new Deflater()) {
      deflater.setInput(base.getCachedBytes(Integer.MAX_VALUE));
      deflater.finish();
      byte[] buffer = new byte[BUFFER];
      while (!deflater.finished()) {
        int count = deflater.deflate(buffer);
        crc.update(buffer, 0, count);
        pack.write(buffer, 0, count);
      }
    }
    entry.packed((int) crc.getValue());
    entry.named(base.getType(), id);
    return entry;
  }

  /** Four bits of the size are in the first byte, seven in each of the others. */
  private static byte[] header(int type, long size) {
    byte[] header = new byte[10];
    int length = 0;
    long rest = size >> 4;
    header[length++] = (byte) ((rest > 0 ? 128 : 0) | type << 4 | (size & 15));
    while (rest > 0) {
      header[length++] = (byte) ((rest > 127 ? 128 : 0) | (rest & 127));
      rest >>= 7;
    }
    return Arrays.copyOf(header, length);
  }

  private byte[] digest(RandomAccessFile pack) throws IOException {
    MessageDigest sha1 = Constants.newMessageDigest();
    sha256.reset();
    byte[] buffer = new byte[BUFFER];
    pack.seek(0);
    for (int count = pack.read(buffer); count >= 0; count = pack.read(buffer)) {
      sha1.update(buffer, 0, count);
      sha256.update(buffer, 0, count);
    }
    byte[] trailer = sha1.digest();
    sha256.update(trailer);
    pack.write(trailer);
    return trailer;
  }
}

package dev.countersign.proxy.git;

import static java.util.Objects.requireNonNull;

import dev.countersign.proxy.git.wire.Digests;
import dev.countersign.proxy.git.wire.GitWireException;
import dev.countersign.proxy.git.wire.PackHeader;
import dev.countersign.proxy.git.wire.PackLimits;
import dev.countersign.proxy.git.wire.Packed;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
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
  private final PackLimits limits;
  private final Set<ObjectId> bases = new LinkedHashSet<>();
  private long baseBytes;

  /** One that is whole. */
  @SuppressWarnings("ArrayRecordComponent") // Read, and never compared.
  record Completed(byte[] checksum, String sha256) {}

  PackCompletion(Path file, ObjectReader upstream, PackLimits limits) {
    this.file = file;
    this.upstream = requireNonNull(upstream, "upstream");
    this.limits = limits;
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
   * @return what the pack ends with now, and what it is
   */
  Completed complete(List<PackEntry> own, List<PackEntry> all) throws IOException {
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
      pack.seek(PackHeader.COUNT);
      pack.writeInt(all.size());
      return digest(pack);
    }
  }

  private PackEntry append(ObjectId id, RandomAccessFile pack) throws IOException {
    ObjectLoader base = upstream.open(id);
    long at = pack.getFilePointer();
    CRC32 crc = new CRC32();
    byte[] header = Packed.header(base.getType(), base.getSize());
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

  private static Completed digest(RandomAccessFile pack) throws IOException {
    MessageDigest sha1 = Digests.sha1();
    MessageDigest sha256 = Digests.sha256();
    byte[] buffer = new byte[BUFFER];
    pack.seek(0);
    for (int count = pack.read(buffer); count >= 0; count = pack.read(buffer)) {
      sha1.update(buffer, 0, count);
      sha256.update(buffer, 0, count);
    }
    byte[] checksum = sha1.digest();
    pack.write(checksum);
    return new Completed(checksum, HexFormat.of().formatHex(sha256.digest(checksum)));
  }
}

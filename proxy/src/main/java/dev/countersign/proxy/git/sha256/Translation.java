package dev.countersign.proxy.git.sha256;

import dev.countersign.proxy.git.wire.GitWireException;
import dev.countersign.proxy.git.wire.MeasuredPack;
import dev.countersign.proxy.git.wire.ObjectFormat;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * The making over of one pack: it is kept as it came, its deltas are resolved, each object is named
 * by what it is, and those that it needs are made over before it.
 */
public final class Translation {

  private static final int HEADER = 12;
  private static final int SIGNATURE = 0x5041434b;
  private static final ObjectFormat FORMAT = ObjectFormat.SHA256;

  private final Path directory;
  private final KnownNames known;
  private final TranslationLimits limits;

  private Translation(Path directory, KnownNames known, TranslationLimits limits) {
    this.directory = directory;
    this.known = known;
    this.limits = limits;
  }

  /**
   * Takes a pack from a stream, to its end.
   *
   * @param directory for what comes of it; empty, and the caller's to delete
   * @param known what it may build on
   * @throws GitWireException if it is none, or beyond the limits
   */
  public static TranslatedPack take(
      InputStream in, Path directory, KnownNames known, TranslationLimits limits)
      throws IOException {
    return new Translation(directory, known, limits).take(in);
  }

  private TranslatedPack take(InputStream in) throws IOException {
    byte[] header = in.readNBytes(HEADER);
    ByteBuffer fields = ByteBuffer.wrap(header);
    if (header.length < HEADER || fields.getInt() != SIGNATURE || fields.getInt() != 2) {
      throw new GitWireException("what should be a pack is none");
    }
    long objects = Integer.toUnsignedLong(fields.getInt());
    if (objects > limits.objects()) {
      throw new GitWireException.TooMuch(
          "the pack has "
              + objects
              + " objects, more than "
              + limits.objects()
              + "; push in parts");
    }
    PackEntries entries = new PackEntries(limits.objectBytes());
    Path original = directory.resolve("original.pack");
    long end;
    try (MeasuredPack pack =
        new MeasuredPack(
            new SequenceInputStream(new ByteArrayInputStream(header), in),
            limits.outline(),
            FORMAT,
            entries)) {
      store(pack, original);
      end = pack.end().orElseThrow(() -> new GitWireException("the pack ends early"));
    }
    String sha256 = digest(original, end);
    List<Path> names = new ArrayList<>();
    Path inner = translate(original, sha256, entries, end, names);
    return new TranslatedPack(original, sha256, inner, names);
  }

  private void store(InputStream pack, Path original) throws IOException {
    byte[] buffer = new byte[1 << 16];
    try (OutputStream out = Files.newOutputStream(original)) {
      for (int count = pack.read(buffer); count >= 0; count = pack.read(buffer)) {
        limits.check();
        out.write(buffer, 0, count);
      }
    }
  }

  /** The SHA-256 of the whole pack, whose end has to be that of all in front of it. */
  private static String digest(Path original, long end) throws IOException {
    MessageDigest digest = Digests.sha256();
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(original)) {
      for (long left = end; left > 0; ) {
        int count = in.read(buffer, 0, (int) Math.min(left, buffer.length));
        if (count < 0) {
          throw new GitWireException("the pack ends early");
        }
        digest.update(buffer, 0, count);
        left -= count;
      }
      byte[] trailer = in.readNBytes(FORMAT.bytes());
      MessageDigest whole = (MessageDigest) digest.clone();
      whole.update(trailer);
      if (!MessageDigest.isEqual(trailer, digest.digest()) || in.read() >= 0) {
        throw new GitWireException("the pack is not what its SHA-256 says");
      }
      return HexFormat.of().formatHex(whole.digest());
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("every Java clones SHA-256", e);
    }
  }

  private Path translate(
      Path original, String name, PackEntries entries, long end, List<Path> files)
      throws IOException {
    Path inner = directory.resolve("inner.pack");
    Path spilled = directory.resolve("spilled");
    NameTable names = new NameTable(entries.count());
    Links links = new Links();
    try (PackBytes bytes = new PackBytes(original);
        InnerPack out = new InnerPack(inner, entries.count(), limits.written())) {
      ObjectIntake intake;
      try (Spill spill = new Spill(spilled, limits.written())) {
        intake = new ObjectIntake(entries, end, bytes, spill, names, out);
        new PackUnpacking(entries, bytes, limits, intake).run();
      }
      try (PackBytes made = new PackBytes(spilled)) {
        new ObjectOrder(intake, made, names, known, links, out, limits).run();
      }
      out.end();
    }
    Files.delete(spilled);
    Path table = directory.resolve(name + KnownNames.OBJECTS);
    names.write(table);
    files.add(table);
    if (!links.isEmpty()) {
      Path linked = directory.resolve(name + KnownNames.LINKS);
      links.table().write(linked);
      files.add(linked);
    }
    return inner;
  }
}

package dev.countersign.proxy.git;

import dev.countersign.proxy.frontdoor.BodyTooLargeException;
import dev.countersign.proxy.git.wire.GitWireException;
import dev.countersign.proxy.git.wire.MeasuredPack;
import dev.countersign.proxy.git.wire.PackOutline;
import dev.countersign.proxy.git.wire.PlainText;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;

/**
 * The pack of a push, taken from a stream into a directory: measured, every object of it named and
 * looked at, and indexed. It is read once; what is made of other objects is made once all bytes are
 * there, by several threads.
 */
final class PushedPack {

  private static final int BUFFER = 64 << 10;

  /** Several threads only hold so much each. */
  private static final long HELD = 16 << 20;

  /**
   * Bounds on a pack.
   *
   * @param objects in it
   * @param objectBytes of one object, unpacked
   * @param outline of all of them
   * @param time until it is indexed, once its first byte is there
   */
  record Limits(long objects, long objectBytes, PackOutline.Limits outline, Duration time) {}

  /** One that was taken. */
  record Taken(List<PackEntry> objects, JudgedPack pack) {}

  private final Path directory;
  private final Limits limits;
  private final PackScan scan;
  private final Deadline deadline;
  private final ArrivingPack arriving;
  private final MessageDigest sha256 = PackDigest.sha256();

  private PushedPack(Path directory, Limits limits, PackScan scan) {
    this.directory = directory;
    this.limits = limits;
    this.scan = scan;
    this.deadline = Deadline.in(limits.time());
    this.arriving = new ArrivingPack(limits.objectBytes(), scan);
  }

  /**
   * Takes one.
   *
   * @param directory where packs are
   * @param upstream reads what objects of it may be made of
   * @throws GitRefusedException if it is none, or beyond the limits
   */
  static Taken take(
      InputStream in, Path directory, ObjectReader upstream, Limits limits, PackScan scan)
      throws IOException, InterruptedException, GitRefusedException {
    InputStream whole = PackHeader.check(in, limits.objects());
    try {
      return new PushedPack(directory, limits, scan).take(whole, upstream);
    } catch (GitWireException.TooMuch e) {
      throw new GitRefusedException("GIT-PACK-LIMIT", String.valueOf(e.getMessage()));
    } catch (BodyTooLargeException e) {
      throw e;
    } catch (IOException e) {
      throw new GitRefusedException(
          "GIT-PACK", "the pack is not whole: " + PlainText.line(String.valueOf(e.getMessage())));
    }
  }

  private Taken take(InputStream in, ObjectReader upstream)
      throws IOException, InterruptedException, GitRefusedException {
    Path file = directory.resolve("incoming.pack");
    byte[] trailer;
    long held;
    try (OutputStream out = Files.newOutputStream(file);
        MeasuredPack pack = new MeasuredPack(in, limits.outline(), arriving)) {
      trailer = receive(pack, out);
      held = pack.held();
    }
    scan.finish();
    List<PackEntry> objects = List.copyOf(arriving.entries());
    if (objects.isEmpty()) {
      return new Taken(objects, judged(file));
    }
    Map<ObjectId, PackEntry> byName = new ConcurrentHashMap<>(arriving.byName());
    resolve(file, byName, held);
    List<PackEntry> all = objects;
    if (!byName.isEmpty()) {
      all = new ArrayList<>();
      trailer = complete(file, upstream, byName, all);
    }
    String name = "pack-" + HexFormat.of().formatHex(trailer);
    PackIndex.write(all, trailer, directory.resolve(name + ".idx"));
    Path place = directory.resolve(name + ".pack");
    Files.move(file, place);
    return new Taken(objects, judged(place));
  }

  /** Writes the bytes as they come; gives what the pack ends with. */
  private byte[] receive(MeasuredPack pack, OutputStream out) throws IOException {
    MessageDigest sha1 = Constants.newMessageDigest();
    byte[] trailer = new byte[sha1.getDigestLength()];
    int trailing = 0;
    byte[] buffer = new byte[BUFFER];
    long total = 0;
    for (int count = pack.read(buffer, 0, BUFFER);
        count >= 0;
        count = pack.read(buffer, 0, BUFFER)) {
      deadline.check();
      int own = Math.clamp(pack.end().orElse(Long.MAX_VALUE) - total, 0, count);
      sha1.update(buffer, 0, own);
      if (count - own > trailer.length - trailing) {
        throw new GitWireException("something follows it");
      }
      System.arraycopy(buffer, own, trailer, trailing, count - own);
      trailing += count - own;
      sha256.update(buffer, 0, count);
      out.write(buffer, 0, count);
      total += count;
    }
    if (trailing < trailer.length) {
      throw new GitWireException("it ends early");
    }
    if (!Arrays.equals(sha1.digest(), trailer)) {
      throw new GitWireException("its bytes are not those that its checksum is of");
    }
    return trailer;
  }

  private void resolve(Path file, Map<ObjectId, PackEntry> byName, long held)
      throws IOException, InterruptedException, GitRefusedException {
    Queue<PackEntry> bases = new ConcurrentLinkedQueue<>();
    for (PackEntry entry : arriving.entries()) {
      if (entry.isNamed() && (entry.firstChild() != null || byName.containsKey(entry.id()))) {
        bases.add(entry);
      }
    }
    try (FileChannel bytes = FileChannel.open(file)) {
      SharedWork.run(
          "git-deltas-", held > HELD ? 1 : bases.size(), () -> resolve(bytes, byName, bases));
    }
  }

  private void resolve(FileChannel file, Map<ObjectId, PackEntry> byName, Queue<PackEntry> bases)
      throws IOException {
    boolean done = false;
    try (DeltaResolution resolution = resolution(file, byName)) {
      for (PackEntry base = bases.poll(); base != null; base = bases.poll()) {
        resolution.resolve(base);
      }
      done = true;
    } finally {
      if (!done) {
        bases.clear();
      }
    }
  }

  private byte[] complete(
      Path file, ObjectReader upstream, Map<ObjectId, PackEntry> byName, List<PackEntry> all)
      throws IOException {
    PackCompletion completion = new PackCompletion(file, upstream, limits, sha256);
    try (FileChannel bytes = FileChannel.open(file);
        DeltaResolution resolution = resolution(bytes, byName)) {
      completion.resolve(byName, resolution);
    }
    return completion.complete(arriving.entries(), all);
  }

  private DeltaResolution resolution(FileChannel file, Map<ObjectId, PackEntry> byName) {
    return new DeltaResolution(file, scan, byName, limits.objectBytes(), deadline);
  }

  private JudgedPack judged(Path file) throws IOException {
    return new JudgedPack(file, HexFormat.of().formatHex(sha256.digest()), Files.size(file));
  }
}

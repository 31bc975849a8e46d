package dev.countersign.proxy.git;

import dev.countersign.proxy.frontdoor.BodyTooLargeException;
import dev.countersign.proxy.git.wire.Deadline;
import dev.countersign.proxy.git.wire.ObjectFormat;
import dev.countersign.proxy.git.wire.PackLimits;
import dev.countersign.proxy.git.wire.ReceivedPack;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;

/**
 * The pack of a push, taken from a stream into a directory: measured, every object of it named and
 * looked at, and indexed. It is read once; what is made of other objects is made once all bytes are
 * there, by several threads.
 */
final class PushedPack {

  /** Several threads only hold so much each. */
  private static final long HELD = 16 << 20;

  /** One that was taken. */
  record Taken(List<PackEntry> objects, JudgedPack pack) {}

  private final Path directory;
  private final PackLimits limits;
  private final PackScan scan;
  private final Deadline deadline;
  private final ArrivingPack arriving;

  private PushedPack(Path directory, PackLimits limits, PackScan scan) {
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
      InputStream in, Path directory, ObjectReader upstream, PackLimits limits, PackScan scan)
      throws IOException, InterruptedException, GitRefusedException {
    try {
      return new PushedPack(directory, limits, scan).take(in, upstream);
    } catch (BodyTooLargeException e) {
      throw e;
    } catch (IOException e) {
      throw GitRefusedException.pack("the pack", e);
    }
  }

  private Taken take(InputStream in, ObjectReader upstream)
      throws IOException, InterruptedException, GitRefusedException {
    Path file = directory.resolve("incoming.pack");
    ReceivedPack received =
        ReceivedPack.take(in, file, ObjectFormat.SHA1, limits, deadline, arriving);
    scan.finish();
    List<PackEntry> objects = List.copyOf(arriving.entries());
    if (objects.isEmpty()) {
      return new Taken(objects, judged(file, received.sha256()));
    }
    Map<ObjectId, PackEntry> byName = new ConcurrentHashMap<>(arriving.byName());
    resolve(file, byName, received.held());
    if (byName.isEmpty()) {
      Path place = index(file, objects, received.checksum());
      return new Taken(objects, judged(place, received.sha256()));
    }
    List<PackEntry> all = new ArrayList<>();
    PackCompletion.Completed completed = complete(file, upstream, byName, all);
    Path place = index(file, all, completed.checksum());
    return new Taken(objects, judged(place, completed.sha256()));
  }

  private Path index(Path file, List<PackEntry> all, byte[] checksum) throws IOException {
    String name = "pack-" + HexFormat.of().formatHex(checksum);
    PackIndex.write(all, checksum, directory.resolve(name + ".idx"));
    return Files.move(file, directory.resolve(name + ".pack"));
  }

  private void resolve(Path file, Map<ObjectId, PackEntry> byName, long held)
      throws IOException, InterruptedException, GitRefusedException {
    Queue<PackEntry> bases = new ConcurrentLinkedQueue<>();
    for (PackEntry entry : arriving.entries()) {
      if (entry.isNamed() && (entry.firstChild() != null || byName.containsKey(entry.id()))) {
        bases.add(entry);
      }
    }
    SharedWork.run(
        "git-deltas-", held > HELD ? 1 : bases.size(), () -> resolve(file, byName, bases));
  }

  private void resolve(Path file, Map<ObjectId, PackEntry> byName, Queue<PackEntry> bases)
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

  private PackCompletion.Completed complete(
      Path file, ObjectReader upstream, Map<ObjectId, PackEntry> byName, List<PackEntry> all)
      throws IOException {
    PackCompletion completion = new PackCompletion(file, upstream, limits);
    try (DeltaResolution resolution = resolution(file, byName)) {
      completion.resolve(byName, resolution);
    }
    return completion.complete(arriving.entries(), all);
  }

  private DeltaResolution resolution(Path file, Map<ObjectId, PackEntry> byName)
      throws IOException {
    return new DeltaResolution(file, scan, byName, limits.objectBytes(), deadline);
  }

  private static JudgedPack judged(Path file, String sha256) throws IOException {
    return new JudgedPack(file, sha256, Files.size(file));
  }
}

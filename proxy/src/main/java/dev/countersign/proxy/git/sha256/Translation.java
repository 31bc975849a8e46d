package dev.countersign.proxy.git.sha256;

import dev.countersign.proxy.git.wire.Deadline;
import dev.countersign.proxy.git.wire.GitWireException;
import dev.countersign.proxy.git.wire.ObjectFormat;
import dev.countersign.proxy.git.wire.PackBytes;
import dev.countersign.proxy.git.wire.PackLimits;
import dev.countersign.proxy.git.wire.ReceivedPack;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The making over of one pack: it is kept as it came, its deltas are resolved, each object is named
 * by what it is, and those that it needs are made over before it.
 */
public final class Translation {

  private final Path directory;
  private final KnownNames known;
  private final PackLimits limits;
  private final Deadline deadline;
  private final long written;

  private Translation(Path directory, KnownNames known, PackLimits limits, long written) {
    this.directory = directory;
    this.known = known;
    this.limits = limits;
    this.deadline = Deadline.in(limits.time());
    this.written = written;
  }

  /**
   * Takes a pack from a stream, to its end.
   *
   * @param directory for what comes of it; empty, and the caller's to delete
   * @param known what it may build on
   * @param written bytes of what is written besides the pack
   * @throws GitWireException if it is none, or beyond the limits
   */
  public static TranslatedPack take(
      InputStream in, Path directory, KnownNames known, PackLimits limits, long written)
      throws IOException {
    return new Translation(directory, known, limits, written).take(in);
  }

  private TranslatedPack take(InputStream in) throws IOException {
    PackEntries entries = new PackEntries(limits.objectBytes());
    Path original = directory.resolve("original.pack");
    ReceivedPack received =
        ReceivedPack.take(in, original, ObjectFormat.SHA256, limits, deadline, entries);
    List<Path> names = new ArrayList<>();
    Path inner = translate(original, received, entries, names);
    return new TranslatedPack(original, received.sha256(), inner, names);
  }

  private Path translate(
      Path original, ReceivedPack received, PackEntries entries, List<Path> files)
      throws IOException {
    Path inner = directory.resolve("inner.pack");
    Path spilled = directory.resolve("spilled");
    NameTable names = new NameTable(entries.count());
    Links links = new Links();
    try (PackBytes bytes = new PackBytes(original);
        InnerPack out = new InnerPack(inner, entries.count(), written)) {
      ObjectIntake intake;
      try (Spill spill = new Spill(spilled, written)) {
        intake = new ObjectIntake(entries, received.end(), bytes, spill, names, out);
        new PackUnpacking(entries, bytes, limits, deadline, intake).run();
      }
      try (PackBytes made = new PackBytes(spilled)) {
        new ObjectOrder(intake, made, names, known, links, out, deadline).run();
      }
      out.end();
    }
    Files.delete(spilled);
    Path table = directory.resolve(received.sha256() + KnownNames.OBJECTS);
    names.write(table);
    files.add(table);
    if (!links.isEmpty()) {
      Path linked = directory.resolve(received.sha256() + KnownNames.LINKS);
      links.table().write(linked);
      files.add(linked);
    }
    return inner;
  }
}

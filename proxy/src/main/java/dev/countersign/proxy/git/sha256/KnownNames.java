package dev.countersign.proxy.git.sha256;

import dev.countersign.proxy.git.wire.ObjectFormat;
import dev.countersign.proxy.git.wire.ObjectName;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** The names of all objects that have been made over, of many packs. */
public final class KnownNames implements AutoCloseable {

  static final String OBJECTS = ".names";
  static final String LINKS = ".links";

  private final Arena arena = Arena.ofShared();
  private final List<NameFile> objects = new CopyOnWriteArrayList<>();
  private final List<NameFile> links = new CopyOnWriteArrayList<>();

  private KnownNames() {}

  /** Those of a directory, which need not be there. */
  public static KnownNames open(Path directory) throws IOException {
    KnownNames names = new KnownNames();
    boolean opened = false;
    try {
      if (Files.isDirectory(directory)) {
        List<Path> files;
        try (Stream<Path> list = Files.list(directory)) {
          files = list.toList();
        }
        for (Path file : files) {
          names.add(file);
        }
      }
      opened = true;
      return names;
    } finally {
      if (!opened) {
        names.close();
      }
    }
  }

  /** Adds a file, if it is one. */
  public void add(Path file) throws IOException {
    String name = file.getFileName().toString();
    if (name.endsWith(OBJECTS)) {
      objects.add(new NameFile(file, arena));
    } else if (name.endsWith(LINKS)) {
      links.add(new NameFile(file, arena));
    }
  }

  /** What an object is read by, as 40 digits; empty if it is not known. */
  public Optional<String> inner(ObjectName outer) {
    return ObjectFormat.SHA256.isOf(outer)
        ? inner(HexFormat.of().parseHex(outer.hex()), 0).map(HexFormat.of()::formatHex)
        : Optional.empty();
  }

  Optional<byte[]> inner(byte[] names, int at) {
    for (NameFile each : objects) {
      Optional<byte[]> found = each.inner(names, at);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  /**
   * How an object is called.
   *
   * @param inner what it is read by, as 40 digits
   */
  public Optional<String> outer(String inner) {
    return find(objects, inner);
  }

  /** The same of a commit of another repository, which a submodule is at. */
  public Optional<String> link(String inner) {
    return find(links, inner);
  }

  private static Optional<String> find(List<NameFile> files, String inner) {
    byte[] name = HexFormat.of().parseHex(inner);
    return files.stream()
        .flatMap(file -> file.outer(name).stream())
        .findFirst()
        .map(HexFormat.of()::formatHex);
  }

  /**
   * A commit as everybody else knows it.
   *
   * @param raw as it is read
   */
  public byte[] commit(byte[] raw) throws IOException {
    return ObjectTranslation.back(raw, this);
  }

  @Override
  public void close() {
    arena.close();
  }
}

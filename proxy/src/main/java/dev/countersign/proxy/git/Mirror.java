package dev.countersign.proxy.git;

import static java.util.Objects.requireNonNull;

import dev.countersign.proxy.git.wire.FetchAnswer;
import dev.countersign.proxy.git.wire.ObjectName;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.Stream;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.jspecify.annotations.Nullable;

/**
 * The objects of one upstream on the gateway's disk, so that what a push changes is known and not
 * guessed. Holds nothing that is not upstream, and can be lost at any time.
 */
final class Mirror {

  /** Behind so many packs it is begun anew: every look into it opens them all. */
  private static final int MOST_PACKS = 200;

  /** So many are enough for the upstream to know what it need not send. */
  private static final int MOST_HAVES = 20_000;

  private static final PackIntake.Limits LIMITS =
      new PackIntake.Limits(50_000_000, 2L << 30, Duration.ofHours(1));

  /** Keeps the mirror from being thrown away. Closed by the thread that took it. */
  interface Use extends AutoCloseable {
    Path objects();

    @Override
    void close();
  }

  private final Path directory;
  private final ReentrantReadWriteLock inUse = new ReentrantReadWriteLock();
  private final ReentrantLock fetching = new ReentrantLock();
  private volatile long usedAt = System.nanoTime();

  Mirror(Path directory) {
    this.directory = requireNonNull(directory, "directory");
  }

  /** Makes sure that it has all the upstream has. */
  Use use(UpstreamRepository upstream, Set<ObjectName> tips)
      throws IOException, InterruptedException, GitRefusedException {
    dropIfWorn();
    inUse.readLock().lockInterruptibly();
    boolean ready = false;
    try {
      usedAt = System.nanoTime();
      fetching.lockInterruptibly();
      try {
        bringUpToDate(upstream, tips);
      } finally {
        fetching.unlock();
      }
      ready = true;
    } finally {
      if (!ready) {
        inUse.readLock().unlock();
      }
    }
    return new Use() {
      @Override
      public Path objects() {
        return directory.resolve("objects");
      }

      @Override
      public void close() {
        inUse.readLock().unlock();
      }
    };
  }

  private void bringUpToDate(UpstreamRepository upstream, Set<ObjectName> tips)
      throws IOException, InterruptedException, GitRefusedException {
    try (FileRepository repository = open()) {
      Set<ObjectName> missing = new LinkedHashSet<>();
      Set<ObjectName> known = new LinkedHashSet<>();
      try (ObjectReader reader = repository.newObjectReader()) {
        for (ObjectName tip : tips) {
          (reader.has(ObjectId.fromString(tip.hex())) ? known : missing).add(tip);
        }
        for (ObjectName had : had()) {
          if (reader.has(ObjectId.fromString(had.hex()))) {
            known.add(had);
          }
        }
      }
      if (!missing.isEmpty()) {
        try (InputStream answer =
            upstream.fetch(missing, known.stream().limit(MOST_HAVES).toList())) {
          PackIntake.take(FetchAnswer.pack(answer, said -> {}), repository, LIMITS);
        }
      }
      remember(tips);
    }
  }

  /** Takes over the pack of a push that the upstream has taken: it need not be fetched again. */
  void adopt(Path pack) throws IOException {
    String name = pack.getFileName().toString();
    Path index = pack.resolveSibling(name.replaceFirst("\\.pack$", ".idx"));
    if (!name.startsWith("pack-") || !Files.exists(index) || !inUse.readLock().tryLock()) {
      return;
    }
    try {
      Path packs = directory.resolve("objects").resolve("pack");
      if (Files.isDirectory(packs)) {
        Files.move(pack, packs.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        // Whoever looks for packs looks for their indices.
        Files.move(
            index, packs.resolve(index.getFileName().toString()), StandardCopyOption.ATOMIC_MOVE);
      }
    } finally {
      inUse.readLock().unlock();
    }
  }

  private FileRepository open() throws IOException {
    FileRepository repository = new FileRepository(directory.toFile());
    if (!Files.exists(directory.resolve("HEAD"))) {
      Files.createDirectories(directory.getParent());
      repository.create(true);
    }
    return repository;
  }

  private List<ObjectName> had() throws IOException {
    Path file = directory.resolve("tips");
    return Files.exists(file)
        ? Files.readAllLines(file).stream().map(ObjectName::new).toList()
        : List.of();
  }

  private void remember(Set<ObjectName> tips) throws IOException {
    Path next = directory.resolve("tips.next");
    Files.write(next, tips.stream().map(ObjectName::hex).toList());
    Files.move(
        next,
        directory.resolve("tips"),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  private void dropIfWorn() throws IOException {
    Path packs = directory.resolve("objects").resolve("pack");
    if (Files.isDirectory(packs)) {
      long count;
      try (Stream<Path> files = Files.list(packs)) {
        count = files.filter(file -> file.toString().endsWith(".pack")).count();
      }
      if (count > MOST_PACKS) {
        drop();
      }
    }
  }

  /** Throws it away unless somebody uses it. */
  boolean drop() throws IOException {
    if (!inUse.writeLock().tryLock()) {
      return false;
    }
    try {
      delete(directory);
      return true;
    } finally {
      inUse.writeLock().unlock();
    }
  }

  long usedAt() {
    return usedAt;
  }

  /** Bytes on the disk. */
  long size() throws IOException {
    return size(directory);
  }

  /** Others may be adding and deleting meanwhile: what has gone is not counted. */
  static long size(Path directory) throws IOException {
    Tree tree = new Tree(false);
    if (Files.isDirectory(directory)) {
      Files.walkFileTree(directory, tree);
    }
    return tree.size;
  }

  static void delete(Path directory) throws IOException {
    if (Files.exists(directory)) {
      Files.walkFileTree(directory, new Tree(true));
    }
  }

  /** Adds up the files of a directory, and deletes it if it is to. */
  private static final class Tree extends SimpleFileVisitor<Path> {

    private final boolean deletes;
    private long size;

    Tree(boolean deletes) {
      this.deletes = deletes;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      size += attributes.size();
      if (deletes) {
        Files.deleteIfExists(file);
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException cause) throws IOException {
      if (cause instanceof NoSuchFileException) {
        return FileVisitResult.CONTINUE;
      }
      throw cause;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException cause)
        throws IOException {
      if (deletes) {
        Files.deleteIfExists(directory);
      }
      return FileVisitResult.CONTINUE;
    }
  }
}

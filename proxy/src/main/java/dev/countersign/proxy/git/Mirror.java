package dev.countersign.proxy.git;

import static java.util.Objects.requireNonNull;

import dev.countersign.proxy.git.sha256.KnownNames;
import dev.countersign.proxy.git.sha256.TranslatedPack;
import dev.countersign.proxy.git.wire.FetchAnswer;
import dev.countersign.proxy.git.wire.ObjectFormat;
import dev.countersign.proxy.git.wire.ObjectName;
import dev.countersign.proxy.git.wire.PackLimits;
import dev.countersign.proxy.git.wire.PackOutline;
import java.io.BufferedInputStream;
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
import java.util.Optional;
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

  /** Git makes no deltas of what is larger than half a gigabyte. */
  private static final PackOutline.Limits OUTLINE =
      new PackOutline.Limits(Long.MAX_VALUE, 1L << 30);

  private static final PackLimits LIMITS =
      new PackLimits(50_000_000, 2L << 30, OUTLINE, Duration.ofHours(1));

  /** Of an upstream whose objects are made over: names are held in memory meanwhile. */
  private static final PackLimits TRANSLATED_LIMITS =
      new PackLimits(4_000_000, Integer.MAX_VALUE, OUTLINE, Duration.ofHours(1));

  private static final long MOST_WRITTEN = 64L << 30;

  /** Keeps the mirror from being thrown away. Closed by the thread that took it. */
  interface Use extends AutoCloseable {
    ObjectFormat format();

    Path objects();

    /** Where it says how objects are called that were made over. */
    Path names();

    @Override
    void close();
  }

  private final Path directory;
  private final ObjectFormat format;
  private final ReentrantReadWriteLock inUse = new ReentrantReadWriteLock();
  private final ReentrantLock fetching = new ReentrantLock();
  private volatile long usedAt = System.nanoTime();

  /**
   * @param format how the upstream names its objects
   */
  Mirror(Path directory, ObjectFormat format) {
    this.directory = requireNonNull(directory, "directory");
    this.format = requireNonNull(format, "format");
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
      public ObjectFormat format() {
        return format;
      }

      @Override
      public Path objects() {
        return directory.resolve("objects");
      }

      @Override
      public Path names() {
        return Mirror.this.names();
      }

      @Override
      public void close() {
        inUse.readLock().unlock();
      }
    };
  }

  private void bringUpToDate(UpstreamRepository upstream, Set<ObjectName> tips)
      throws IOException, InterruptedException, GitRefusedException {
    try (FileRepository repository = open();
        KnownNames names = KnownNames.open(names())) {
      Naming naming =
          switch (format) {
            case SHA1 -> Naming.SAME;
            case SHA256 -> new Naming.Translated(names);
          };
      Set<ObjectName> missing = new LinkedHashSet<>();
      Set<ObjectName> known = new LinkedHashSet<>();
      try (ObjectReader reader = repository.newObjectReader()) {
        for (ObjectName tip : tips) {
          (has(reader, naming, tip) ? known : missing).add(tip);
        }
        for (ObjectName had : had()) {
          if (has(reader, naming, had)) {
            known.add(had);
          }
        }
      }
      if (!missing.isEmpty()) {
        try (InputStream answer =
            upstream.fetch(format, missing, known.stream().limit(MOST_HAVES).toList())) {
          take(FetchAnswer.pack(answer, said -> {}), repository, names);
        }
      }
      remember(tips);
    }
  }

  private static boolean has(ObjectReader reader, Naming naming, ObjectName name)
      throws IOException {
    Optional<ObjectId> id = naming.inner(name);
    return id.isPresent() && reader.has(id.get());
  }

  private void take(InputStream pack, FileRepository repository, KnownNames names)
      throws IOException, GitRefusedException {
    switch (format) {
      case SHA1 -> PackIntake.take(pack, repository, LIMITS);
      case SHA256 -> {
        Path incoming = directory.resolve("incoming");
        delete(incoming);
        Files.createDirectory(incoming);
        try {
          TranslatedPack made =
              PackTranslation.take(pack, incoming, names, TRANSLATED_LIMITS, MOST_WRITTEN);
          keepNames(made.names());
          try (InputStream inner = new BufferedInputStream(Files.newInputStream(made.inner()))) {
            PackIntake.take(inner, repository, TRANSLATED_LIMITS);
          }
        } finally {
          delete(incoming);
        }
      }
    }
  }

  private Path names() {
    return directory.resolve("names");
  }

  private void keepNames(List<Path> files) throws IOException {
    if (!files.isEmpty()) {
      Files.createDirectories(names());
    }
    for (Path file : files) {
      Files.move(
          file,
          names().resolve(file.getFileName().toString()),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /**
   * Takes over the pack of a push that the upstream has taken: it need not be fetched again. A
   * commit without what it needs would be taken for one that is here.
   */
  void adopt(JudgedPack judged, LastingPack lasting) throws IOException {
    Path pack = judged.inspected();
    String name = pack.getFileName().toString();
    Path index = pack.resolveSibling(name.replaceFirst("\\.pack$", ".idx"));
    if (judged.hasStrays()
        || !name.startsWith("pack-")
        || !Files.exists(index)
        || !inUse.readLock().tryLock()) {
      return;
    }
    try {
      Path packs = directory.resolve("objects").resolve("pack");
      if (Files.isDirectory(packs)) {
        lasting.await();
        keepNames(judged.names());
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

package dev.countersign.proxy.git;

import dev.countersign.decision.resource.GitUpstream.Pushing;
import dev.countersign.proxy.git.sha256.KnownNames;
import dev.countersign.proxy.git.sha256.TranslatedPack;
import dev.countersign.proxy.git.wire.PackOutline;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.BaseRepositoryBuilder;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.transport.PackedObjectInfo;

/** The objects of one push, apart from all others until the upstream has them. */
final class Quarantine implements AutoCloseable {

  private static final Duration TIME = Duration.ofMinutes(15);

  /** How many times as large as the largest pack its objects may be. */
  private static final long UNPACKED = 16;

  /** How many of the largest objects may have to be held at once. */
  private static final long HELD = 4;

  /** How many times as large as the largest pack it may become when its objects are made over. */
  private static final long WRITTEN = 4;

  private final Path directory;
  private final Repository repository;
  private final Optional<KnownNames> names;
  private Optional<TranslatedPack> translated = Optional.empty();

  private Quarantine(Path directory, Repository repository, Optional<KnownNames> names) {
    this.directory = directory;
    this.repository = repository;
    this.names = names;
  }

  /**
   * An empty one.
   *
   * @param mirror the objects that the upstream has
   */
  static Quarantine create(Path directory, Mirror.Use mirror) throws IOException {
    Path git = directory.resolve("repository.git");
    try (FileRepository created = new FileRepository(git.toFile())) {
      created.create(true);
    }
    BaseRepositoryBuilder<?, ?> builder =
        new FileRepositoryBuilder()
            .setGitDir(git.toFile())
            .setBare()
            .addAlternateObjectDirectory(mirror.objects().toFile());
    Optional<KnownNames> names =
        switch (mirror.format()) {
          case SHA1 -> Optional.empty();
          case SHA256 -> Optional.of(KnownNames.open(mirror.names()));
        };
    return new Quarantine(directory, builder.build(), names);
  }

  Repository repository() {
    return repository;
  }

  /** How the objects are called, also those that were taken. */
  Naming naming() {
    return names.<Naming>map(Naming.Translated::new).orElse(Naming.SAME);
  }

  List<PackedObjectInfo> take(InputStream pack, Pushing limits, PackScan scan)
      throws IOException, GitRefusedException {
    PackOutline.Limits outline =
        new PackOutline.Limits(UNPACKED * limits.bytes(), HELD * limits.objectBytes());
    PackIntake.Limits within =
        new PackIntake.Limits(limits.objects(), limits.objectBytes(), Optional.of(outline), TIME);
    if (names.isEmpty()) {
      return PackIntake.take(pack, repository, within, Optional.of(scan));
    }
    Path made = Files.createDirectory(directory.resolve("made"));
    TranslatedIntake.Taken taken =
        new TranslatedIntake(repository, made, names.get())
            .take(
                pack,
                within,
                outline,
                WRITTEN * limits.bytes(),
                Optional.of(scan),
                // They stay where they are until the upstream has the objects.
                files -> {});
    translated = Optional.of(taken.pack());
    return taken.objects();
  }

  /**
   * The pack that goes to the upstream: the one that was inspected, whole. It outlives this, and
   * goes with the directory.
   */
  JudgedPack pack() throws IOException {
    Path packs = directory.resolve("repository.git").resolve("objects").resolve("pack");
    Optional<Path> found;
    try (Stream<Path> files = Files.list(packs)) {
      found = files.filter(file -> file.toString().endsWith(".pack")).findFirst();
    }
    if (translated.isPresent()) {
      Path original = translated.get().original();
      return new JudgedPack(
          original,
          digest(original),
          Files.size(original),
          found.orElse(original),
          translated.get().names());
    }
    Path file = found.isPresent() ? found.get() : empty();
    return new JudgedPack(file, digest(file), Files.size(file), file, List.of());
  }

  /** A pack without objects is not kept; git sends one where all is there already. */
  private Path empty() throws IOException {
    byte[] header = ByteBuffer.allocate(12).putInt(0x5041434b).putInt(2).putInt(0).array();
    Path file = directory.resolve("empty.pack");
    try (OutputStream out = Files.newOutputStream(file)) {
      out.write(header);
      out.write(MessageDigest.getInstance("SHA-1").digest(header));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-1", e);
    }
    return file;
  }

  /** The SHA-256 of a file in hex. */
  private static String digest(Path file) throws IOException {
    try (DigestInputStream in =
        new DigestInputStream(Files.newInputStream(file), MessageDigest.getInstance("SHA-256"))) {
      in.transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(in.getMessageDigest().digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  @Override
  public void close() {
    repository.close();
    names.ifPresent(KnownNames::close);
  }
}

package dev.countersign.proxy.git;

import dev.countersign.decision.resource.GitUpstream.Pushing;
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

  private final Path directory;
  private final Repository repository;

  private Quarantine(Path directory, Repository repository) {
    this.directory = directory;
    this.repository = repository;
  }

  /**
   * An empty one.
   *
   * @param upstream the objects that the upstream has
   */
  static Quarantine create(Path directory, Path upstream) throws IOException {
    Path git = directory.resolve("repository.git");
    try (FileRepository created = new FileRepository(git.toFile())) {
      created.create(true);
    }
    BaseRepositoryBuilder<?, ?> builder =
        new FileRepositoryBuilder()
            .setGitDir(git.toFile())
            .setBare()
            .addAlternateObjectDirectory(upstream.toFile());
    return new Quarantine(directory, builder.build());
  }

  Repository repository() {
    return repository;
  }

  List<PackedObjectInfo> take(InputStream pack, Pushing limits, PackScan scan)
      throws IOException, GitRefusedException {
    return PackIntake.take(
        pack,
        repository,
        new PackIntake.Limits(
            limits.objects(),
            limits.objectBytes(),
            Optional.of(
                new PackOutline.Limits(UNPACKED * limits.bytes(), HELD * limits.objectBytes())),
            TIME),
        Optional.of(scan));
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
    Path file = found.isPresent() ? found.get() : empty();
    return new JudgedPack(file, digest(file), Files.size(file));
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
  }
}

package dev.countersign.proxy.git;

import dev.countersign.decision.resource.GitUpstream.Pushing;
import dev.countersign.proxy.git.wire.PackOutline;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.internal.storage.file.ObjectDirectory;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;

/** The objects of one push, apart from all others until the upstream has them. */
final class Quarantine implements AutoCloseable {

  private static final Duration TIME = Duration.ofMinutes(15);

  /** How many times as large as the largest pack its objects may be. */
  private static final long UNPACKED = 16;

  /** How many of the largest objects may have to be held at once. */
  private static final long HELD = 4;

  private final FileRepository repository;

  private Quarantine(FileRepository repository) {
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
    return new Quarantine(
        new FileRepository(
            new FileRepositoryBuilder()
                .setGitDir(git.toFile())
                .setBare()
                .addAlternateObjectDirectory(upstream.toFile())
                .setup()));
  }

  Repository repository() {
    return repository;
  }

  /** Takes the pack of the push: what goes to the upstream is the one that is inspected, whole. */
  PushedPack.Taken take(InputStream pack, Pushing limits, PackScan scan)
      throws IOException, InterruptedException, GitRefusedException {
    ObjectDirectory objects = repository.getObjectDatabase();
    try (ObjectReader reader = repository.newObjectReader()) {
      PushedPack.Taken taken =
          PushedPack.take(
              pack,
              Files.createDirectories(objects.getPackDirectory().toPath()),
              reader,
              new PushedPack.Limits(
                  limits.objects(),
                  limits.objectBytes(),
                  new PackOutline.Limits(UNPACKED * limits.bytes(), HELD * limits.objectBytes()),
                  TIME),
              scan);
      if (!taken.objects().isEmpty()) {
        objects.openPack(taken.pack().file().toFile());
      }
      return taken;
    }
  }

  @Override
  public void close() {
    repository.close();
  }
}

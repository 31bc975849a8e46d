package dev.countersign.proxy.git;

import dev.countersign.decision.resource.GitUpstream.Pushing;
import dev.countersign.proxy.git.sha256.KnownNames;
import dev.countersign.proxy.git.sha256.TranslatedPack;
import dev.countersign.proxy.git.wire.PackLimits;
import dev.countersign.proxy.git.wire.PackOutline;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
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

  /** How many times as large as the largest pack it may become when its objects are made over. */
  private static final long WRITTEN = 4;

  private final Path directory;
  private final FileRepository repository;
  private final Optional<KnownNames> names;

  private Quarantine(Path directory, FileRepository repository, Optional<KnownNames> names) {
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
    FileRepository repository =
        new FileRepository(
            new FileRepositoryBuilder()
                .setGitDir(git.toFile())
                .setBare()
                .addAlternateObjectDirectory(mirror.objects().toFile())
                .setup());
    return switch (mirror.format()) {
      case SHA1 -> new Quarantine(directory, repository, Optional.empty());
      case SHA256 ->
          new Quarantine(directory, repository, Optional.of(KnownNames.open(mirror.names())));
    };
  }

  Repository repository() {
    return repository;
  }

  /** How the objects are called, also those that were taken. */
  Naming naming() {
    return names.<Naming>map(Naming.Translated::new).orElse(Naming.SAME);
  }

  /** Takes the pack of the push: what goes to the upstream is the one that is inspected, whole. */
  PushedPack.Taken take(InputStream pack, Pushing limits, PackScan scan)
      throws IOException, InterruptedException, GitRefusedException {
    PackLimits within =
        new PackLimits(
            limits.objects(),
            limits.objectBytes(),
            new PackOutline.Limits(UNPACKED * limits.bytes(), HELD * limits.objectBytes()),
            TIME);
    return names.isEmpty()
        ? take(pack, within, scan)
        : translate(pack, names.get(), within, WRITTEN * limits.bytes(), scan);
  }

  /** Takes one whose objects have to be made over before they can be read. */
  private PushedPack.Taken translate(
      InputStream pack, KnownNames known, PackLimits limits, long written, PackScan scan)
      throws IOException, InterruptedException, GitRefusedException {
    TranslatedPack made =
        PackTranslation.take(
            pack, Files.createDirectory(directory.resolve("made")), known, limits, written);
    PushedPack.Taken taken;
    try (InputStream inner = Files.newInputStream(made.inner())) {
      taken = take(inner, limits, scan);
    }
    Files.delete(made.inner());
    return new PushedPack.Taken(
        taken.objects(),
        new JudgedPack(
            made.original(),
            made.sha256(),
            Files.size(made.original()),
            taken.pack().inspected(),
            made.names(),
            false));
  }

  private PushedPack.Taken take(InputStream pack, PackLimits limits, PackScan scan)
      throws IOException, InterruptedException, GitRefusedException {
    ObjectDirectory objects = repository.getObjectDatabase();
    try (ObjectReader reader = repository.newObjectReader()) {
      PushedPack.Taken taken =
          PushedPack.take(
              pack,
              Files.createDirectories(objects.getPackDirectory().toPath()),
              reader,
              limits,
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
    names.ifPresent(KnownNames::close);
  }
}

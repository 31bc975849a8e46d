package dev.countersign.cli.demo;

import dev.countersign.cli.CommandFailure;
import dev.countersign.cli.ExitCode;
import dev.countersign.cli.embedded.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/** The folder of a demo, empty at each start. */
final class DemoDirectory {

  private DemoDirectory() {}

  /** Empties what a former demo has left, and nothing else. */
  static Path fresh(Path directory) throws IOException {
    Path absolute = directory.toAbsolutePath();
    Optional<RunningDemo> running = RunningDemo.find(absolute);
    if (running.isPresent()) {
      throw new CommandFailure(
          ExitCode.UNAVAILABLE,
          "a demo runs in %s already (process %d); stop it, or choose another --directory"
              .formatted(absolute, running.get().pid()));
    }
    if (Files.exists(absolute)) {
      if (!isEmpty(absolute) && !RunningDemo.isDemoDirectory(absolute)) {
        throw new CommandFailure(
            ExitCode.UNAVAILABLE,
            absolute + " is not empty and not of a demo; choose another --directory");
      }
      delete(absolute);
    }
    Path made = PrivateFiles.directory(absolute);
    Files.createFile(made.resolve(RunningDemo.MARK));
    return made;
  }

  static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static boolean isEmpty(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.findAny().isEmpty();
    }
  }
}

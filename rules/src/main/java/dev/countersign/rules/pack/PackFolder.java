package dev.countersign.rules.pack;

import static java.util.Objects.requireNonNull;

import dev.countersign.rules.policy.ChangeWatch;
import dev.countersign.rules.policy.PolicyRefusedException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The folder of an operator's packs: every {@code *.drl} file in it, and nothing below it. */
public final class PackFolder {

  private final Path folder;

  /** The folder as it was just before it was last read. */
  private volatile List<Stamp> loaded = List.of();

  public PackFolder(Path folder) {
    this.folder = requireNonNull(folder, "folder");
  }

  /**
   * Reads and compiles all packs.
   *
   * @throws PolicyRefusedException with file, line and words for each fault of any of them
   */
  public Packs load() throws PolicyRefusedException {
    loaded = stamps();
    List<Pack> packs = new ArrayList<>();
    List<String> faults = new ArrayList<>();
    for (Path file : files()) {
      String name = String.valueOf(file.getFileName());
      try {
        if (Files.size(file) > Pack.LONGEST) {
          faults.add(name + ": found a longer file; allowed: " + Pack.LONGEST + " bytes");
        } else {
          packs.add(new Pack(name, Files.readString(file)));
        }
      } catch (CharacterCodingException e) {
        faults.add(name + ": found bytes that are no text; allowed: UTF-8");
      } catch (IOException e) {
        faults.add(name + ": cannot be read; allowed: a readable file");
      }
    }
    if (!faults.isEmpty()) {
      throw new PolicyRefusedException(faults);
    }
    return Packs.compile(packs);
  }

  /**
   * Looks at the folder again and again. When a file changed and all stayed the same for one
   * interval, the packs are loaded: sound ones are handed over, of others the faults are told.
   */
  public ChangeWatch watch(
      Duration interval, Consumer<Packs> sound, Consumer<List<String>> refused) {
    return ChangeWatch.start(
        "pack-watch",
        this::stamps,
        () -> loaded,
        interval,
        () -> {
          Packs packs;
          try {
            packs = load();
          } catch (PolicyRefusedException faults) {
            refused.accept(faults.faults());
            return;
          } catch (RuntimeException | StackOverflowError | OutOfMemoryError broken) {
            refused.accept(
                List.of("packs: cannot be compiled (" + broken.getClass().getSimpleName() + ")"));
            return;
          }
          sound.accept(packs);
        });
  }

  private List<Path> files() throws PolicyRefusedException {
    try {
      return list();
    } catch (IOException e) {
      throw new PolicyRefusedException(
          List.of(folder + ": cannot be read; allowed: a folder of *" + Pack.SUFFIX + " files"));
    }
  }

  private List<Path> list() throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(file -> file.toString().endsWith(Pack.SUFFIX))
          .sorted()
          .limit(Packs.MOST_PACKS + 1L)
          .toList();
    }
  }

  /** What a change of a file can be seen by. */
  private record Stamp(Path file, FileTime modified, long size) {}

  private List<Stamp> stamps() {
    List<Stamp> stamps = new ArrayList<>();
    try {
      for (Path file : list()) {
        BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
        stamps.add(new Stamp(file, now.lastModifiedTime(), now.size()));
      }
    } catch (IOException absent) {
      return List.of();
    }
    return stamps;
  }
}

package dev.countersign.audit.pack;

import dev.countersign.audit.journal.DataKeys;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The packs beside a journal: {@code packs/<day>/<SHA-256>.pack}. Each is sealed to the owner of
 * the recordings; the day is the one in UTC on which it was let through.
 */
public final class RecordedPacks {

  private static final String END = ".pack";

  private final Path folder;

  private RecordedPacks(Path folder) {
    this.folder = folder;
  }

  /** Those of the journal in that folder. */
  public static RecordedPacks beside(Path journal) {
    return new RecordedPacks(journal.resolve("packs"));
  }

  Path folder() {
    return folder;
  }

  Path file(LocalDate day, String sha256) {
    return folder.resolve(day.toString()).resolve(sha256 + END);
  }

  /** The days of which there are packs, ascending. */
  public List<LocalDate> days() throws IOException {
    List<LocalDate> days = new ArrayList<>();
    for (Path entry : entries(folder)) {
      try {
        days.add(LocalDate.parse(entry.getFileName().toString()));
      } catch (DateTimeParseException e) {
        // One that is being written, or nothing of ours.
      }
    }
    return days.stream().sorted().toList();
  }

  /** Bytes on the disk. */
  long size() throws IOException {
    long size = 0;
    for (LocalDate day : days()) {
      for (Path file : entries(folder.resolve(day.toString()))) {
        size += Files.size(file);
      }
    }
    return size;
  }

  /**
   * Opens one.
   *
   * @param sha256 of the pack, as the journal names it
   * @param owner the owner's private key
   * @param out what came before an exception is not to be believed
   * @return false if there is none of that digest
   * @throws IOException if what is there is not what was recorded, or the key does not fit
   */
  public boolean open(String sha256, DataKeys owner, OutputStream out) throws IOException {
    Optional<Path> file = find(sha256);
    if (file.isEmpty()) {
      return false;
    }
    try (InputStream sealed = new BufferedInputStream(Files.newInputStream(file.get()))) {
      PackSeal.open(sealed, sha256, owner, out);
    }
    return true;
  }

  /** The newest of them: the same pack may have been let through on several days. */
  private Optional<Path> find(String sha256) throws IOException {
    if (!PackHead.isDigest(sha256)) {
      return Optional.empty();
    }
    return days().reversed().stream()
        .map(day -> file(day, sha256))
        .filter(Files::exists)
        .findFirst();
  }

  /** Destroys all of a day, its keys first: without them the rest is noise. */
  public void destroy(LocalDate day) throws IOException {
    Path doomed = folder.resolve(day.toString());
    for (Path file : entries(doomed)) {
      try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
        open.write(new byte[(int) Math.min(open.length(), PackHead.LONGEST)]);
        open.getFD().sync();
      }
      Files.delete(file);
    }
    Files.deleteIfExists(doomed);
  }

  private static List<Path> entries(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.toList();
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }
}

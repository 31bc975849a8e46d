package dev.countersign.audit.pack;

import static java.util.Objects.requireNonNull;

import dev.countersign.audit.journal.OwnerKey;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Set;
import java.util.UUID;

/**
 * Keeps packs beside the journal, sealed, within so many bytes. Nothing is ever thrown away to make
 * room: what has no room is not kept, and whoever asked is told. Safe for any number of threads.
 */
public final class PackRecorder {

  private static final int BUFFER = 256 << 10;
  private static final FileAttribute<?> FOLDER =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final FileAttribute<?> FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final RecordedPacks packs;
  private final OwnerKey owner;
  private final long bytes;
  private final InstantSource clock;
  private long reserved;

  /**
   * @param bytes that all of them may take
   * @throws IOException if their folder cannot be used
   */
  public PackRecorder(RecordedPacks packs, OwnerKey owner, long bytes, InstantSource clock)
      throws IOException {
    this.packs = requireNonNull(packs, "packs");
    this.owner = requireNonNull(owner, "owner");
    this.bytes = bytes;
    this.clock = requireNonNull(clock, "clock");
    Files.createDirectories(packs.folder(), FOLDER);
    try (DirectoryStream<Path> left = Files.newDirectoryStream(packs.folder(), "*.part")) {
      for (Path file : left) {
        Files.delete(file);
      }
    }
  }

  /** Whether one of that length could be kept now. */
  public synchronized boolean hasRoom(long length) throws IOException {
    return packs.size() + reserved + PackSeal.sealed(length) <= bytes;
  }

  private synchronized void reserve(long length) throws IOException {
    if (!hasRoom(length)) {
      throw new IOException("there is no room for another pack beside the journal");
    }
    reserved += PackSeal.sealed(length);
  }

  private synchronized void free(long length) {
    reserved -= PackSeal.sealed(length);
  }

  /**
   * Keeps one. It is on the disk once this has returned.
   *
   * @param sha256 what it is known to be
   * @throws IOException if it is something else, or there is no room: then nothing is kept
   */
  public void keep(Path pack, String sha256) throws IOException {
    long length = Files.size(pack);
    reserve(length);
    Path part = packs.folder().resolve(UUID.randomUUID() + ".part");
    try {
      write(pack, sha256, length, part);
      Path file = packs.file(LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC), sha256);
      Path day = requireNonNull(file.getParent(), "a file of a day");
      Files.createDirectories(day, FOLDER);
      // The same pack again is the same pack.
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      sync(day);
      sync(packs.folder());
    } finally {
      Files.deleteIfExists(part);
      free(length);
    }
  }

  private void write(Path pack, String sha256, long length, Path part) throws IOException {
    try (FileChannel file =
            FileChannel.open(
                part, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), FILE);
        InputStream in = new BufferedInputStream(Files.newInputStream(pack), BUFFER);
        OutputStream out = new BufferedOutputStream(Channels.newOutputStream(file), BUFFER)) {
      PackSeal.seal(in, sha256, length, owner, out);
      out.flush();
      file.force(true);
    }
  }

  private static void sync(Path directory) throws IOException {
    try (FileChannel open = FileChannel.open(directory, StandardOpenOption.READ)) {
      open.force(true);
    }
  }
}

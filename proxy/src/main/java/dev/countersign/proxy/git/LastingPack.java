package dev.countersign.proxy.git;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * A pack and its index that are put on the disk for good, beside whatever else is done meanwhile: a
 * pack that a failing machine leaves half written would be taken for a whole one.
 */
final class LastingPack {

  private final Path pack;
  private final Path index;
  private final CompletableFuture<Void> written;

  private LastingPack(Path pack) {
    this.pack = pack;
    this.index =
        pack.resolveSibling(pack.getFileName().toString().replaceFirst("\\.pack$", ".idx"));
    this.written = CompletableFuture.runAsync(this::write, Thread::startVirtualThread);
  }

  static LastingPack begin(Path pack) {
    return new LastingPack(pack);
  }

  private void write() {
    try {
      force(pack);
      force(index);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void force(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  /**
   * Waits until it is.
   *
   * @throws IOException if it cannot be
   */
  void await() throws IOException {
    try {
      written.join();
    } catch (CompletionException e) {
      throw new IOException(e);
    }
  }
}

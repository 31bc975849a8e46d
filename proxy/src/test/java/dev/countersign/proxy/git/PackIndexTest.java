package dev.countersign.proxy.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.proxy.git.wire.Packed;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackIndexTest {

  private static final byte[] TRAILER = new byte[20];

  @TempDir private Path directory;

  @Test
  void findsWhatLiesBehindFourGigabytesAndNamesThatBeginAlike() throws IOException {
    List<PackEntry> entries = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      // Three in a row begin alike, and the signs of their beginnings differ.
      String beginning = "%08x".formatted(i / 3 * 0x01234567);
      entries.add(entry(12L + i * 10_000_000L, beginning + "%032x".formatted(1_000 - i), i));
    }
    Path file = directory.resolve("pack.idx");

    PackIndex.write(entries, TRAILER, file);

    var read = org.eclipse.jgit.internal.storage.file.PackIndex.open(file.toFile());
    assertThat(read.getObjectCount()).isEqualTo(1_000);
    for (PackEntry entry : entries) {
      assertThat(read.findOffset(entry.id())).isEqualTo(entry.at());
      assertThat(read.findCRC32(entry.id())).isEqualTo(entry.crc());
    }
  }

  @Test
  void git22_refusesTwoObjectsOfOneName() {
    String name = "1".repeat(40);

    assertThatThrownBy(
            () ->
                PackIndex.write(
                    List.of(entry(12, name, 0), entry(30, name, 0)),
                    TRAILER,
                    directory.resolve("pack.idx")))
        .hasMessageContaining("twice");
  }

  private static PackEntry entry(long at, String name, int crc) {
    PackEntry entry = new PackEntry(new Packed.Whole(at, at + 1, 0, Constants.OBJ_BLOB));
    entry.packed(crc);
    entry.named(Constants.OBJ_BLOB, ObjectId.fromString(name));
    return entry;
  }
}

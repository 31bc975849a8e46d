package dev.countersign.proxy.git.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.proxy.git.TestPacks;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MeasuredPackTest {

  private static final PackOutline.Limits LIMITS = new PackOutline.Limits(10_000_000, 100_000);
  private static final byte[] NOTHING = {'x'};

  private static final MeasuredPack.Sink NOBODY =
      new MeasuredPack.Sink() {
        @Override
        public void begins(Packed object) {}

        @Override
        public void content(byte[] bytes, int count) {}

        @Override
        public void ends(int crc) {}
      };

  @Test
  void findsTheEndOfWhatIsWithinItsBoundsByteByByte() throws IOException {
    TestPacks pack = TestPacks.of(3).whole(TestPacks.BLOB, new byte[1_000]);
    int base = pack.last();
    byte[] bytes =
        pack.offsetDelta(base, 1_000, NOTHING).nameDelta(new byte[20], 70_000, new byte[100]).end();

    for (int step : new int[] {1, 7, 100_000}) {
      assertThat(read(bytes, step, LIMITS)).isEqualTo(bytes.length - 20);
    }
  }

  @Test
  void git21_refusesDeltasThatBranchAtEveryLevel() throws IOException {
    int levels = 20;
    int size = 10_000;
    TestPacks pack = TestPacks.of(1 + 2 * levels).whole(TestPacks.BLOB, new byte[size]);
    int base = pack.last();
    for (int level = 0; level < levels; level++) {
      pack.offsetDelta(base, size + level, NOTHING);
      int next = pack.last();
      pack.offsetDelta(base, size + level, NOTHING);
      base = next;
    }
    byte[] bytes = pack.end();

    assertThatThrownBy(() -> read(bytes, 8_192, LIMITS))
        .isInstanceOf(GitWireException.TooMuch.class)
        .hasMessageContaining("git repack");
  }

  @Test
  void git21_takesAsLongAChainAsGitMakesAndNoLonger() throws IOException {
    assertThat(read(chain(4_095), 8_192, new PackOutline.Limits(1L << 40, 100_000))).isPositive();
    byte[] longer = chain(100_000);
    assertThatThrownBy(() -> read(longer, 8_192, new PackOutline.Limits(1L << 40, 100_000)))
        .isInstanceOf(GitWireException.TooMuch.class);
  }

  private static byte[] chain(int length) throws IOException {
    TestPacks pack = TestPacks.of(1 + length).whole(TestPacks.BLOB, new byte[10]);
    for (int i = 0; i < length; i++) {
      pack.offsetDelta(pack.last(), 10 + i, NOTHING);
    }
    return pack.end();
  }

  @Test
  void git20_refusesWhatIsTooMuchUnpackedAndObjectsThatLie() throws IOException {
    byte[] large = TestPacks.of(1).bomb(20_000_000, 10).end();
    assertThatThrownBy(() -> read(large, 8_192, LIMITS)).isInstanceOf(GitWireException.class);
    byte[] longer = TestPacks.of(1).bomb(10, 1 << 20).end();
    assertThatThrownBy(() -> read(longer, 8_192, LIMITS))
        .hasMessageContaining("longer than it says");
  }

  @Test
  void git21_refusesADeltaOfWhatIsNoObject() throws IOException {
    byte[] pack =
        TestPacks.of(2).whole(TestPacks.BLOB, new byte[100]).offsetDelta(13, 100, NOTHING).end();
    assertThatThrownBy(() -> read(pack, 8_192, LIMITS)).hasMessageContaining("no object");
  }

  @Test
  void survivesRandomBytes() {
    Random random = new Random(7);
    byte[] good = "PACK\0\0\0\2\0\0\0\5".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[random.nextInt(200) + good.length];
      random.nextBytes(bytes);
      System.arraycopy(good, 0, bytes, 0, good.length);
      try {
        read(bytes, 1 + random.nextInt(50), LIMITS);
      } catch (IOException e) {
        assertThat(e).isInstanceOf(GitWireException.class);
      }
    }
  }

  /** How much of it is before its checksum. */
  private static int read(byte[] bytes, int step, PackOutline.Limits limits) throws IOException {
    try (MeasuredPack pack = new MeasuredPack(limits, ObjectFormat.SHA1, NOBODY)) {
      int measured = 0;
      for (int from = 0; from < bytes.length; from += step) {
        byte[] next = Arrays.copyOfRange(bytes, from, Math.min(from + step, bytes.length));
        measured += pack.measure(next, next.length);
      }
      return measured;
    }
  }
}

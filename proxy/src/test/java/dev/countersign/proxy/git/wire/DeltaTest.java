package dev.countersign.proxy.git.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeltaTest {

  private static final byte[] BASE = "abcdefgh".getBytes(StandardCharsets.US_ASCII);

  @Test
  void copiesAndInserts() throws GitWireException {
    // 8 -> 6: copy 3 from 2, insert "xy", copy 1 from 0
    byte[] delta = {8, 6, (byte) 0x91, 2, 3, 2, 'x', 'y', (byte) 0x90, 1};

    assertThat(Delta.apply(BASE, delta, 6)).asString().isEqualTo("cdexya");
  }

  @Test
  void copiesABlockWhereNoSizeIsSaid() throws GitWireException {
    byte[] base = new byte[0x10001];
    base[0] = 1;
    base[0x10000] = 2;
    byte[] delta = {
      (byte) 0x81, (byte) 0x80, 4, (byte) 0x81, (byte) 0x80, 4, (byte) 0x80, (byte) 0x95, 0, 1, 1
    };

    assertThat(Delta.apply(base, delta, 1 << 20)).isEqualTo(base);
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          another base than there is,          0706 9106,        another object
          more than is taken,                  0809 9008 0178,   larger than 8
          less than it says,                   0806 9003,        makes less
          more than it says,                   0802 9003,        cannot be applied
          more of the base than there is,      0806 91 04 06,    cannot be applied
          a command that is kept for later,    0801 00,          cannot be applied
          less to insert than it says,         0804 04 61,       cannot be applied
          a copy without its end,              0804 91 02,       ends early
          no size,                             08,               ends early
          a size that no array has,            08ffffffff0f,     too large
          """)
  void git21_refusesWhatGitWouldNotApply(String what, String hex, String message) {
    byte[] delta = HexFormat.of().parseHex(hex.replace(" ", ""));

    assertThatThrownBy(() -> Delta.apply(BASE, delta, 8))
        .as(what)
        .isInstanceOf(GitWireException.class)
        .hasMessageContaining(message);
  }

  @Test
  void survivesRandomBytes() {
    Random random = new Random(7);
    for (int i = 0; i < 50_000; i++) {
      byte[] delta = new byte[random.nextInt(30)];
      random.nextBytes(delta);
      if (delta.length > 1) {
        delta[0] = 8;
        delta[1] &= 0x1f;
      }
      try {
        assertThat(Delta.apply(BASE, delta, 100)).hasSizeLessThanOrEqualTo(100);
      } catch (GitWireException e) {
        assertThat(e).hasMessageNotContaining("null");
      }
    }
  }
}

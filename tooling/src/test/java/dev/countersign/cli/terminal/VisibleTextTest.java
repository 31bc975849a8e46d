package dev.countersign.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class VisibleTextTest {

  @Test
  void showsWhatATerminalWouldObeyOrHide() {
    assertThat(VisibleText.line("a\u001b[2Jb")).isEqualTo("a\\u{1b}[2Jb");
    assertThat(VisibleText.line("user\u202e/*admin")).isEqualTo("user\\u{202e}/*admin");
    assertThat(VisibleText.line("a\u200bb\u00a0c\ufeff")).isEqualTo("a\\u{200b}b\\u{a0}c\\u{feff}");
    assertThat(VisibleText.line("one\ntwo\r\n")).isEqualTo("one two\\u{d} ");
    assertThat(VisibleText.lines("one\n\ttwo")).isEqualTo("one\n\ttwo");
    assertThat(VisibleText.line("größe 円 😀")).isEqualTo("größe 円 😀");
  }

  @Test
  void cutsWithoutBreakingCharacters() {
    assertThat(VisibleText.excerpt("😀😀😀😀", 3)).isEqualTo("😀😀…");
    assertThat(VisibleText.excerpt("abc", 3)).isEqualTo("abc");
  }

  @Test
  void leavesNothingHiddenInRandomText() {
    Random random = new Random(11);
    for (int round = 0; round < 2_000; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < 40; i++) {
        text.append((char) random.nextInt(0x10000));
      }
      assertThat(VisibleText.line(text.toString()).codePoints())
          .noneMatch(point -> Character.isISOControl(point))
          .noneMatch(point -> Character.getType(point) == Character.FORMAT);
    }
  }
}

package dev.countersign.audit.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class VisibleTextTest {

  @ParameterizedTest
  @CsvSource({
    "1B, 'ESC: every terminal sequence begins with it'",
    "9B, 'CSI as one character'",
    "7, bell",
    "8, backspace",
    "D, carriage return",
    "0, NUL",
    "7F, DEL",
    "202E, right-to-left override",
    "2066, left-to-right isolate",
    "200B, zero width space",
    "200D, zero width joiner",
    "FEFF, byte order mark",
    "2028, line separator",
    "A0, no-break space",
    "3000, ideographic space",
    "E0041, tag letter",
    "E0100, variation selector",
    "FE0F, variation selector 16",
    "3164, Hangul filler",
    "E000, private use",
    "D800, half a surrogate pair",
    "378, unassigned",
  })
  void gw21_gw24_showsWhatATerminalWouldObeyOrHide(String hex, String what) {
    String text = "a" + new String(Character.toChars(Integer.parseInt(hex, 16))) + "b";

    assertThat(VisibleText.line(text)).as(what).isEqualTo("a\\u{" + hex + "}b");
    assertThat(VisibleText.lines(text)).as(what).isEqualTo("a\\u{" + hex + "}b");
  }

  @Test
  void gw24_aClipboardSequenceIsOnlyText() {
    assertThat(VisibleText.line("\u001b]52;c;cm0gLXJm\u0007"))
        .isEqualTo("\\u{1B}]52;c;cm0gLXJm\\u{7}");
  }

  @Test
  void keepsWordsOfAnyLanguage() {
    assertThat(VisibleText.lines("SELECT 'Grüße, Ω, 日本語, 👍'\n\tFROM x"))
        .isEqualTo("SELECT 'Grüße, Ω, 日本語, 👍'\n\tFROM x");
    assertThat(VisibleText.line("a\n\tb")).isEqualTo("a\\n\\tb");
  }

  @Test
  void letsNoControlCharacterThroughWhateverTheText() {
    Random random = new Random(7);
    for (int i = 0; i < 2_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int j = random.nextInt(50); j > 0; j--) {
        text.append((char) random.nextInt(0x10000));
      }
      VisibleText.line(text.toString())
          .codePoints()
          .forEach(
              c -> {
                assertThat(Character.isISOControl(c)).isFalse();
                assertThat(Character.getType(c))
                    .isNotIn((int) Character.FORMAT, (int) Character.SURROGATE);
              });
    }
  }

  @Test
  void cutsAtAWidthOfCharacters() {
    assertThat(VisibleText.excerpt("😀😀😀😀", 3)).isEqualTo("😀😀…");
    assertThat(VisibleText.excerpt("abc", 3)).isEqualTo("abc");
  }
}

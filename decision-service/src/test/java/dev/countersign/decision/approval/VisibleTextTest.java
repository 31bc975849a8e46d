package dev.countersign.decision.approval;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class VisibleTextTest {

  record Case(String raw, String visible, int warnings) {}

  static Stream<Case> cases() {
    return Stream.of(
        new Case("SELECT 1;\n\tSELECT 'é'", "SELECT 1;\n\tSELECT 'é'", 0),
        new Case("a\u200bb", "a\\u{200b}b", 1),
        new Case("a\u202eb", "a\\u{202e}b", 1),
        new Case("a\u00a0b", "a\\u{a0}b", 1),
        new Case("x\rSELECT", "x\\u{d}SELECT", 1),
        new Case("\u001b]52;c;AAAA\u0007", "\\u{1b}]52;c;AAAA\\u{7}", 1),
        new Case("\u001b[2J", "\\u{1b}[2J", 1),
        new Case("\u009b2J", "\\u{9b}2J", 1),
        new Case("\0", "\\u{0}", 1),
        new Case("\udb40\udc41", "\\u{e0041}", 1),
        new Case("x\udb40\udd00", "x\\u{e0100}", 1),
        new Case("x\ufe0f", "x\\u{fe0f}", 1),
        new Case("\u3164", "\\u{3164}", 2),
        new Case("\u2028", "\\u{2028}", 1),
        new Case("\ud800", "\\u{d800}", 1),
        new Case("\ue000", "\\u{e000}", 1),
        new Case("\u0441ustomers", "\\u{441}ustomers", 2),
        new Case(
            "'\u043f\u0440\u0438\u0432\u0435\u0442'", "'\u043f\u0440\u0438\u0432\u0435\u0442'", 1),
        new Case("\uff24\uff32\uff2f\uff30", "\\u{ff24}\\u{ff32}\\u{ff2f}\\u{ff30}", 1),
        new Case("a\uff1bb", "a\\u{ff1b}b", 1),
        new Case("a\u037eb", "a\\u{37e}b", 1),
        new Case("\ud835\udc00", "\\u{1d400}", 1),
        new Case("\\u{202e}", "\\u{5c}u{202e}", 0),
        new Case("C:\\users", "C:\\users", 0),
        new Case("a" + " ".repeat(3000) + "; DROP", "a\\u{20*3000}; DROP", 1),
        new Case("a" + "\n".repeat(41) + "b", "a\\u{a*41}b", 1),
        new Case(" ".repeat(40), " ".repeat(40), 0));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void gw21_nothingIsHidden(Case example) {
    VisibleText visible = VisibleText.of(example.raw());

    assertThat(visible.text()).isEqualTo(example.visible());
    assertThat(visible.warnings()).hasSize(example.warnings());
  }

  /** No two of them are alike side by side, so no run of one character is long. */
  @ParameterizedTest
  @ValueSource(strings = {" \n", "\t\n", " \t", "\n \n", "   \n\t"})
  void gw21_blanksThatTakeTurnsPushNothingOutOfSight(String blanks) {
    VisibleText visible = VisibleText.of("SELECT 1;" + blanks.repeat(500) + "DROP TABLE orders");

    assertThat(visible.text())
        .matches("SELECT 1;\\\\u\\{blank\\*\\d+=[0-9a-f]{16}}DROP TABLE orders")
        .isNotEqualTo(
            VisibleText.of(
                    "SELECT 1;"
                        + blanks.repeat(499)
                        + " ".repeat(blanks.length())
                        + "DROP TABLE orders")
                .text());
    assertThat(visible.warnings()).contains("blanks that push the rest out of sight, once");
    String usual = "BEGIN\n    \n\n" + " ".repeat(30) + "x\n\n\t\ty";
    assertThat(VisibleText.of(usual).text()).isEqualTo(usual);
  }

  @Test
  void gw21_aLineIsALine() {
    assertThat(VisibleText.line("a\nb\tc")).isEqualTo("a ⏎ b\\u{9}c");
    assertThat(VisibleText.line("a ⏎ b")).isEqualTo("a \\u{23ce} b");
  }

  @Test
  void gw21_theEndOfALongTextIsThere() {
    assertThat(VisibleText.of("x".repeat(1_000_000) + "; DROP TABLE orders").text())
        .endsWith("; DROP TABLE orders");
  }

  @Test
  void gw21_noTwoTextsLookTheSame() {
    var random = new Random(21);
    String[] parts = {"\\", "u", "{", "}", "20", "*", "41", " ", "\u200b", "a", "5c", "\r"};
    Map<String, String> seen = new HashMap<>();
    for (int i = 0; i < 100_000; i++) {
      var raw = new StringBuilder();
      for (int n = random.nextInt(8); n >= 0; n--) {
        raw.append(parts[random.nextInt(parts.length)].repeat(random.nextInt(20) == 0 ? 41 : 1));
      }
      String before = seen.put(VisibleText.of(raw.toString()).text(), raw.toString());
      assertThat(before == null || before.contentEquals(raw)).as("%s", raw).isTrue();
    }
  }

  @Test
  void gw21_nothingButPlainCharactersComeOut() {
    var random = new Random(22);
    for (int i = 0; i < 20_000; i++) {
      int[] raw = random.ints(20, 0, Character.MAX_CODE_POINT + 1).toArray();
      VisibleText.of(new String(raw, 0, raw.length))
          .text()
          .codePoints()
          .forEach(
              c ->
                  assertThat(c == '\n' || c == '\t' || !Character.isISOControl(c))
                      .as("%x", c)
                      .isTrue());
    }
  }
}

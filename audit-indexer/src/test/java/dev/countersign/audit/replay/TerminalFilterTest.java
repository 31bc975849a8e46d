package dev.countersign.audit.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TerminalFilterTest {

  private static final Pattern KEPT = Pattern.compile("\u001b(\\[[0-9;:]*[@A-HJ-MPSTXdfmr]|[78])");

  /** ␛ stands for escape, ␇ for bell. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = true,
      value = {
        "a␛[1;31mred␛[0m b      | a␛[1;31mred␛[0m b | ared b",
        "␛[2J␛[Hx               | ␛[2J␛[Hx          | x",
        "␛]52;c;ZXZpbA==␇x      | x                 | x",
        "␛]0;title␛\\x          | x                 | x",
        "␛]8;;http://e␇l␛]8;;␇  | l                 | l",
        "␛P+q544e␛\\x           | x                 | x",
        "␛_apc␛\\x              | x                 | x",
        "␛[?1049hx              | x                 | x",
        "␛[6nx                  | x                 | x",
        "␛[99999999Bx           | x                 | x",
        "␛[>0;276;0cx           | x                 | x",
        "␛cx                    | x                 | x",
        "␛(0x                   | x                 | x",
        "␛]0;never␛[31mended    | ␛[31mended        | ended",
      })
  void gw24_printsColoursAndMovesAndNothingElse(String output, String kept, String plain) {
    assertThat(TerminalFilter.keeping().filter(raw(output))).isEqualTo(raw(kept));
    assertThat(TerminalFilter.plain().filter(raw(output))).isEqualTo(plain);
  }

  @Test
  void gw24_remembersASequenceThatIsSentInPieces() {
    TerminalFilter filter = TerminalFilter.keeping();

    String out = filter.filter("a\u001b") + filter.filter("]52;c;") + filter.filter("AAAA\u0007b");

    assertThat(out).isEqualTo("ab");
  }

  @Test
  void gw24_aStringThatNeverEndsDoesNotHideTheRest() {
    String out = TerminalFilter.plain().filter("\u001b]0;" + "x".repeat(10_000) + "DROP TABLE");

    assertThat(out).endsWith("DROP TABLE");
  }

  @Test
  void gw24_showsBidiControlsInsteadOfObeyingThem() {
    assertThat(TerminalFilter.keeping().filter("a\u202eb\u2066c"))
        .isEqualTo("a\\u{202E}b\\u{2066}c");
  }

  @Test
  void gw24_whateverIsRecordedOnlyWhatIsHarmlessIsWritten() {
    Random random = new Random(24);
    String alphabet =
        "\u001b\u009b\u009d\u0090\u0007\\[]P_^X;?>0123456789mHJcnhlqR\r\n\b\t a\u202e";
    for (int i = 0; i < 20_000; i++) {
      TerminalFilter filter = TerminalFilter.keeping();
      StringBuilder out = new StringBuilder();
      for (int chunks = random.nextInt(3); chunks >= 0; chunks--) {
        StringBuilder in = new StringBuilder();
        for (int j = random.nextInt(24); j > 0; j--) {
          in.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        out.append(filter.filter(in.toString()));
      }
      assertThat(KEPT.matcher(out).replaceAll("")).matches("[\\r\\n\\t\\x08\\x20-\\x7e]*");
    }
  }

  private static String raw(String shown) {
    return shown.replace('␛', '\u001b').replace('␇', '\u0007');
  }
}

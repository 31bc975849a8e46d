package dev.countersign.decision.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.decision.approval.VisibleText;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShownTest {

  private static String whole(Shown shown) {
    return shown.pieces().stream().map(Shown.Piece::text).collect(Collectors.joining());
  }

  @SuppressWarnings("StringConcatToTextBlock") // Blanks at ends of lines are what is tested.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT 1",
        "select 'it''s' -- why\nfrom t /* x ** y */ where a = $1 and b > 2.5",
        "select 'open",
        "/* open",
        "$$ open",
        "select E'\\'' , $tag$ '; DROP TABLE x; -- $tag$",
        "SELECT 1 \n"
            + " \n"
            + " \n"
            + " \n"
            + " \n"
            + " \n"
            + " \n"
            + " \n"
            + " \n"
            + " \n"
            + " \n"
            + " \n"
            + " \n"
            + " \n"
            + " \n"
            + " \n"
            + " \n"
            + " \n"
            + " \n"
            + " \n"
            + " \n"
            + " \n"
            + " \n"
            + " \n"
            + " \n"
            + " \n"
            + " \n"
            + " \n"
            + " \n"
            + " \n"
            + " \n"
            + " \n"
            + " \n"
            + " \n"
            + " \n"
            + " \n"
            + " \n"
            + " \n"
            + " \n"
            + " \n"
            + " \n"
            + " \n"
            + " \n"
            + " \n"
            + " \n"
            + " \n"
            + " \n"
            + " \n"
            + "; DROP",
        "p\u0430ypal \u202e\u200b \\u{41}",
        "",
      })
  void gw21_piecesAreTheVisibleFormWhole(String text) {
    assertThat(whole(Shown.sql(text))).isEqualTo(VisibleText.of(text).text());
    assertThat(whole(Shown.text(text))).isEqualTo(VisibleText.of(text).text());
    assertThat(whole(Shown.diff(text))).isEqualTo(VisibleText.of(text).text());
    assertThat(whole(Shown.oneLine(text))).isEqualTo(VisibleText.line(text));
  }

  @Test
  void gw21_whatDeceivesLooksLikeNothingElse() {
    Shown shown = Shown.sql("UPDATE t SET a = 'p\u0430id\u202e' /* ok */ WHERE id = 1");

    assertThat(shown.pieces())
        .contains(
            new Shown.Piece("escape", "\\u{430}"),
            new Shown.Piece("escape", "\\u{202e}"),
            new Shown.Piece("string", "'p"),
            new Shown.Piece("comment", "/* ok */"),
            new Shown.Piece("keyword", "WHERE"));
    assertThat(shown.warnings()).isNotEmpty();
  }

  @Test
  void aStringThatAnotherDialectWouldEndDoesNotHideWhatFollows() {
    Shown shown = Shown.sql("SELECT 'a\\'; DROP TABLE t; --'");

    assertThat(shown.pieces()).contains(new Shown.Piece("keyword", "DROP"));
  }

  @Test
  void countsWhatWasWritten() {
    assertThat(Shown.text("a\nb").extent()).isEqualTo("3 characters, 2 lines");
    assertThat(Shown.text("x").extent()).isEqualTo("1 character, 1 line");
  }

  @Test
  void longTextsTakeOnePass() {
    for (String part : new String[] {"''", "*", "$", "'\\", "--\n", "/* * "}) {
      String text = "'/*$$" + part.repeat(100_000);
      assertThat(whole(Shown.sql(text))).isEqualTo(VisibleText.of(text).text());
    }
  }

  @Test
  void anyTextIsShownWhole() {
    Random random = new Random(7);
    for (int round = 0; round < 300; round++) {
      String text =
          random
              .ints(random.nextInt(80), 0, 0x3000)
              .mapToObj(Character::toString)
              .collect(Collectors.joining());
      assertThat(whole(Shown.sql(text))).isEqualTo(VisibleText.of(text).text());
    }
  }

  @Test
  void gw21_aLineOfADifferenceIsNotItsHeading() {
    Shown shown =
        Shown.diff("diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n--- gone\n+++ come\n");

    assertThat(shown.pieces())
        .contains(new Shown.Piece("file", "--- a/x\n"), new Shown.Piece("removed", "--- gone\n"))
        .contains(new Shown.Piece("file", "+++ b/x\n"), new Shown.Piece("added", "+++ come\n"));
  }
}

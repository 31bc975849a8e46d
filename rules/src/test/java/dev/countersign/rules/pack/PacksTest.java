package dev.countersign.rules.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.countersign.rules.fact.SqlVerb;
import dev.countersign.rules.policy.PolicyRefusedException;
import dev.countersign.rules.verdict.Decision;
import dev.countersign.rules.verdict.MatchedRow;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PacksTest {

  private static final String SOUND =
      """
      // A comment.
      rule "probing"
      when
        Activity( blocksLastMinute >= 5, $blocks : blocksLastMinute )
        Subject( kind == Subject.Kind.AGENT )
        not SqlAccess( verb == SqlVerb.SHOW || object == "public.harmless" )
      then
        findings.block("five blocks in a minute", "wait a minute");
      end
      """;

  @Test
  void compilesWhatIsSound() throws Exception {
    Packs packs = Packs.compile(List.of(new Pack("probing.drl", SOUND)));

    assertThat(packs.rules()).isEqualTo(1);
    assertThat(packs.id()).matches("[0-9a-f]{64}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "java.lang.Runtime.getRuntime().exec(\"id\") | java",
        "Runtime.getRuntime() | Runtime",
        "System.exit(1) | System",
        "new ProcessBuilder() | new",
        "findings.getClass() | getClass",
        "Subject.class | class",
        "findings.clear() | clear",
        "drools.halt() | drools",
        "kcontext.getKieRuntime() | kcontext",
        "while (true) findings.block(\"a\", \"b\") | while",
        "insert($x) | insert",
        "_ | _",
        "0x7f | 0x7f",
      })
  void refusesCodeInAConsequence(String code, String word) {
    assertThat(faults(SOUND.replace("findings.block", code + "; findings.block")))
        .first()
        .asString()
        .startsWith("probing.drl:8: found the word " + word + "; allowed: ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "import java.util.List | the word import",
        "package mine | the word package",
        "function void f() {} | the word function",
        "dialect \"mvel\" | the word dialect",
        "declare Evil end | the word declare",
        "query \"q\" end | the word query",
        "global Object o | the word global",
        "\"a\\u0022b\" | a text that does not end",
        "'a' | the character '",
        "Subject[1] | the character [",
        "# comment | the character #",
        "@Role | the character @",
        "/* no end | no end of a comment",
      })
  void refusesEverythingElseThatIsNotARule(String text, String found) {
    assertThat(faults("\n" + text + "\n" + SOUND))
        .first()
        .asString()
        .startsWith("probing.drl:2: found " + found);
  }

  @Test
  void refusesEvalInACondition() {
    assertThat(faults(SOUND.replace("Activity( blocks", "eval( true ) Activity( blocks")))
        .first()
        .asString()
        .startsWith("probing.drl:4: found the word eval; allowed: ");
  }

  @Test
  void saysWhatTheCompilerSaid() {
    assertThat(faults(SOUND.replace("kind == Subject", "verb == Subject")))
        .singleElement()
        .asString()
        .startsWith("probing.drl:")
        .contains("verb");
    assertThat(faults(SOUND.replace("then", ""))).first().asString().startsWith("probing.drl:");
    assertThat(faults(SOUND.replace("findings.block(", "findings.block(1, ")))
        .first()
        .asString()
        .startsWith("probing.drl:");
  }

  /** What a template engine, DRL's own macros or generated Java might take for more than a text. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "@{System.setProperty('pack-ran', 'x')}",
        "${System.setProperty('pack-ran', 'x')}",
        "#{System.setProperty('pack-ran', 'x')}",
        "*/ static { System.setProperty('pack-ran', 'x'); } /*",
        "insert(1); modify(1) {}; // end",
      })
  void textsAreNeverMoreThanTexts(String text) throws Exception {
    String everywhere =
        SOUND
            .replace("probing", text)
            .replace("public.harmless", text)
            .replace("five blocks", text)
            .replace("wait a", text)
            .replace("blocksLastMinute >= 5", "blocksLastMinute >= 0");

    Decision decision =
        new World(Packs.compile(List.of(new Pack("probing.drl", everywhere))))
            .ask(World.statement(SqlVerb.SELECT, "public.a", true));

    assertThat(System.getProperty("pack-ran")).isNull();
    assertThat(decision.why().deciding())
        .returns(text, MatchedRow::rule)
        .returns(text + " in a minute", MatchedRow::reason)
        .returns(text + " minute", MatchedRow::hint);
  }

  @Test
  void refusesTriplesOfAccesses() {
    assertThat(faults(SOUND.replace("not SqlAccess(", "SqlAccess() SqlAccess() SqlAccess(")))
        .first()
        .asString()
        .startsWith("probing.drl:6: found SqlAccess");
  }

  /** Whatever is done to a pack, it compiles or is refused with words. */
  @Test
  void survivesAnyText() {
    Random random = new Random(20261123);
    String marks = "(){}.,:;=!<>&|+-*/%\"'\\$_ \n\u0000\u202e\ud800a9";
    for (int i = 0; i < 300; i++) {
      StringBuilder text = new StringBuilder(SOUND);
      for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
        int at = random.nextInt(text.length());
        switch (random.nextInt(3)) {
          case 0 -> text.insert(at, marks.charAt(random.nextInt(marks.length())));
          case 1 -> text.deleteCharAt(at);
          default -> text.delete(at, Math.min(text.length(), at + random.nextInt(40)));
        }
      }
      try {
        assertThat(Packs.compile(List.of(new Pack("fuzz.drl", text.toString()))).rules())
            .isPositive();
      } catch (PolicyRefusedException refused) {
        assertThat(refused.faults())
            .isNotEmpty()
            .allSatisfy(fault -> assertThat(fault).startsWith("fuzz.drl"));
      }
    }
  }

  private static List<String> faults(String text) {
    PolicyRefusedException refused =
        catchThrowableOfType(
            PolicyRefusedException.class,
            () -> Packs.compile(List.of(new Pack("probing.drl", text))));
    return refused.faults();
  }
}

package dev.countersign.audit.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class QueryParserTest {

  private static final Condition RULE = new Condition.Is(Field.RULE, "SQL-014");
  private static final Condition SUBJECT = new Condition.Is(Field.SUBJECT, "agent-7");
  private static final Condition RISKY =
      new Condition.Compared(Field.RISK, Condition.Comparison.AT_LEAST, 50);

  @Test
  void readsWhatAuditorsWrite() {
    assertThat(QueryParser.parse("rule:SQL-014 and subject:agent-7"))
        .isEqualTo(new Condition.AllOf(List.of(RULE, SUBJECT)))
        .isEqualTo(QueryParser.parse("RULE:SQL-014 subject:\"agent-7\" "));
    assertThat(QueryParser.parse("rule:SQL-014 or subject:agent-7 risk>=50"))
        .isEqualTo(
            new Condition.AnyOf(List.of(RULE, new Condition.AllOf(List.of(SUBJECT, RISKY)))));
    assertThat(QueryParser.parse("not (rule:SQL-014 or subject:agent-7) and risk>=50"))
        .isEqualTo(
            new Condition.AllOf(
                List.of(new Condition.Not(new Condition.AnyOf(List.of(RULE, SUBJECT))), RISKY)));
    assertThat(QueryParser.parse("  ")).isEqualTo(Condition.everything());
  }

  @Test
  void looksForWordsInCommandsAndContents() {
    Condition drop =
        new Condition.AnyOf(
            List.of(
                new Condition.Phrase(Field.TEXT, List.of("drop", "table")),
                new Condition.Phrase(Field.CONTENT, List.of("drop", "table"))));

    assertThat(QueryParser.parse("\"DROP  TABLE;\"")).isEqualTo(drop);
    assertThat(QueryParser.parse("content:public.orders"))
        .isEqualTo(new Condition.Phrase(Field.CONTENT, List.of("public", "orders")));
    assertThat(QueryParser.parse("text:\"say \\\"android\\\"\""))
        .isEqualTo(new Condition.Phrase(Field.TEXT, List.of("say", "android")));
    assertThat(QueryParser.parse("orders"))
        .as("a word that only begins like a keyword")
        .isEqualTo(
            new Condition.AnyOf(
                List.of(
                    new Condition.Phrase(Field.TEXT, List.of("orders")),
                    new Condition.Phrase(Field.CONTENT, List.of("orders")))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rul:SQL-014            | at character 1: there is no field 'rul'; there are subject",
        "rule:                  | at character 6: a value is missing here",
        "rule>3                 | at character 5: rule is no number",
        "risk>lots              | at character 6: 'lots' is no whole number",
        "rows:                  | at character 6: a value is missing here",
        "(rule:A                | at character 1: there is no ) for this (",
        "rule:A)                | at character 7: there is no ( for this )",
        "rule:A and             | at character 11: a field with a value, or a word, is missing",
        "or rule:A              | at character 1: a field with a value, or a word, is missing",
        "text:\"drop            | at character 6: there is no closing quote",
        "text:---               | there is no letter or digit to look for",
        "a\u001b[2Jx:1          | at character 1: there is no field 'a??2jx'",
      })
  void saysWhereAndWhatInstead(String text, String message) {
    assertThatExceptionOfType(QueryException.class)
        .isThrownBy(() -> QueryParser.parse(text))
        .withMessageContaining(message);
  }

  @Test
  void hasLimits() {
    assertThatExceptionOfType(QueryException.class)
        .isThrownBy(() -> QueryParser.parse("a".repeat(QueryParser.LONGEST + 1)));
    assertThatExceptionOfType(QueryException.class)
        .isThrownBy(() -> QueryParser.parse("a ".repeat(QueryParser.MOST_TERMS + 1)));
    assertThatExceptionOfType(QueryException.class)
        .isThrownBy(() -> QueryParser.parse("(".repeat(1_000) + "a" + ")".repeat(1_000)));
    assertThatExceptionOfType(QueryException.class)
        .isThrownBy(() -> QueryParser.parse("not ".repeat(1_000) + "a"));
  }

  @Test
  void answersWhateverIsTyped() {
    Random random = new Random(7);
    String alphabet = "ab:()\"\\ <>=*1 \u202e\u0000\ud800and or not rule risk";
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int j = random.nextInt(40); j > 0; j--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      try {
        assertThat(QueryParser.parse(text.toString())).isNotNull();
      } catch (QueryException e) {
        assertThat(e).hasMessageStartingWith("at character ");
      }
    }
  }
}

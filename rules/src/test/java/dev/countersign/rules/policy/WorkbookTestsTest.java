package dev.countersign.rules.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.rules.fact.SqlAccess;
import dev.countersign.rules.fact.SqlStatement;
import dev.countersign.rules.fact.SqlVerb;
import dev.countersign.rules.verdict.Verdict;
import dev.countersign.rules.workbook.Workbook;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WorkbookTestsTest {

  @Test
  void anExamplePassesWhenVerdictAndRuleAreAsItSays() {
    var result = run(new Sheets().test("ai-agents", "SELECT a", Verdict.ALLOW, "SQL-001"));

    assertThat(result.passed()).isTrue();
  }

  @Test
  void theStrictestOfSeveralStatementsCounts() {
    var result = run(new Sheets().test("ai-agents", "SELECT a;DELETE a", Verdict.BLOCK, "SQL-002"));

    assertThat(result.passed()).isTrue();
  }

  @Test
  void anotherVerdictFailsAndSaysWhatCame() {
    var result = run(new Sheets().test("ai-agents", "DELETE a", Verdict.ALLOW, "SQL-001"));

    assertThat(result.passed()).isFalse();
    assertThat(result)
        .hasToString("Tests!2: TEST-01 expected ALLOW by SQL-001, but got BLOCK by SQL-002");
  }

  @Test
  void anotherRuleFails() {
    var result = run(new Sheets().test("ai-agents", "DELETE a", Verdict.BLOCK, "DEFAULT"));

    assertThat(result.passed()).isFalse();
  }

  @Test
  void aSubjectOfAnotherGroupMeetsTheDefault() {
    var result = run(new Sheets().test("strangers", "SELECT a", Verdict.BLOCK, "DEFAULT"));

    assertThat(result.passed()).isTrue();
  }

  @Test
  void textThatCannotBeParsedIsBlocked() {
    var blocked = run(new Sheets().test("ai-agents", "NONSENSE a", Verdict.BLOCK, ""));
    var allowed = run(new Sheets().test("ai-agents", "NONSENSE a", Verdict.ALLOW, ""));

    assertThat(blocked.passed()).isTrue();
    assertThat(allowed.passed()).isFalse();
  }

  private static WorkbookTests.Result run(Sheets sheets) {
    Workbook workbook =
        sheets.allow("ai-agents", "SELECT", "*").block("ai-agents", "DELETE", "*").workbook();
    return WorkbookTests.run(
            workbook.tests(), new WorkbookPolicy(workbook), WorkbookTestsTest::parse)
        .getFirst();
  }

  /** Statements of one verb and one object, separated by semicolons. */
  static List<SqlStatement> parse(String text) {
    return Arrays.stream(text.split(";", -1))
        .map(
            statement -> {
              String[] words = statement.split(" ", -1);
              var access = new SqlAccess(SqlVerb.valueOf(words[0]), words[1], Set.of(), false);
              return new SqlStatement(List.of(access), Set.of(), false);
            })
        .toList();
  }
}

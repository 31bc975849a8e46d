package dev.countersign.rules.workbook;

import static dev.countersign.rules.workbook.Columns.ENVIRONMENT;
import static dev.countersign.rules.workbook.Columns.GROUPS;
import static dev.countersign.rules.workbook.Columns.ID;
import static dev.countersign.rules.workbook.Columns.RESOURCE;

import dev.countersign.rules.verdict.Verdict;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The sheet Tests: commands and what must come of them. */
record TestsSheet(RuleCells rules) implements Sheet<TestRow> {

  private static final String COMMAND = "Command";
  private static final String EXPECTED_VERDICT = "Expected verdict";
  private static final String EXPECTED_RULE = "Expected rule";
  private static final List<String> VERDICTS = Vocabulary.words(Arrays.asList(Verdict.values()));

  private static final List<Column> COLUMNS =
      List.of(
          new Column(ID, 12, true, "A name for the example."),
          new Column(GROUPS, 20, true, "The groups of the subject that asks."),
          new Column(RESOURCE, 14, true, "The name of the target."),
          new Column(ENVIRONMENT, 14, false, "The target's environment."),
          new Column(
              COMMAND,
              60,
              true,
              "What is asked. SQL as it is; for the sheet Git: git, an action, a ref, paths; for"
                  + " the sheet Kubernetes: kubectl, an action, an object, a name, in and a"
                  + " namespace. Both end with the word with and conditions, if any: git push"
                  + " refs/heads/main ci.yml with unsigned; kubectl create pods in shop with"
                  + " privileged."),
          new Column(
                  EXPECTED_VERDICT,
                  16,
                  true,
                  "What must come out: allow, mask, approve or block. A workbook with an example"
                      + " that comes out otherwise does not come into force.")
              .choosing(VERDICTS),
          new Column(
              EXPECTED_RULE,
              16,
              false,
              "The id of the row that must decide, or DEFAULT when no row may match."));

  @Override
  public String name() {
    return Columns.TESTS;
  }

  @Override
  public List<Column> columns() {
    return COLUMNS;
  }

  @Override
  public Optional<TestRow> read(Cells cells) {
    int before = cells.faults();
    String id = cells.name(ID, Vocabulary.ID_PUNCTUATION);
    List<String> groups = cells.names(GROUPS, Vocabulary.GROUP_PUNCTUATION, false);
    String resource = cells.name(RESOURCE, Vocabulary.NAME_PUNCTUATION);
    String environment = cells.present(ENVIRONMENT).isEmpty() ? "" : rules.environment(cells);
    String command = cells.prose(COMMAND, "\n\t");
    checkWords(cells, command);
    String verdict = cells.word(EXPECTED_VERDICT, VERDICTS);
    String rule = cells.name(EXPECTED_RULE, Vocabulary.ID_PUNCTUATION);
    if (cells.faults() != before) {
      return Optional.empty();
    }
    return Optional.of(
        new TestRow(
            cells.number(),
            id,
            groups,
            resource,
            environment,
            command,
            Vocabulary.constant(Verdict.class, verdict),
            rule));
  }

  /** SQL is judged by its server's grammar, later; of the others nothing would be left to judge. */
  private static void checkWords(Cells cells, String command) {
    try {
      var _ = CommandWords.read(command);
    } catch (UnreadableCommandException wrong) {
      wrong.tell(cells, COMMAND);
    }
  }

  @Override
  public Map<String, String> write(TestRow row) {
    return Map.of(
        ID,
        row.id(),
        GROUPS,
        String.join(RuleCells.SEPARATOR, row.groups()),
        RESOURCE,
        row.resource(),
        ENVIRONMENT,
        row.environment(),
        COMMAND,
        row.command(),
        EXPECTED_VERDICT,
        Vocabulary.word(row.verdict()),
        EXPECTED_RULE,
        row.rule());
  }
}

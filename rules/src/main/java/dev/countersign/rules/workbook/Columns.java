package dev.countersign.rules.workbook;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The sheets of a workbook and their columns: what the reader demands and the writer explains. */
final class Columns {

  static final String SQL = "SQL";
  static final String MASKING = "Masking";
  static final String LISTS = "Lists";
  static final String TESTS = "Tests";
  static final String ABOUT = "About";

  /** What the program writes into a copy; the reader passes over it. */
  static final String FINDINGS = "Findings";

  static final List<String> SHEETS = List.of(SQL, MASKING, LISTS, TESTS, ABOUT);

  static final String ID = "Id";
  static final String GROUPS = "Groups";
  static final String RESOURCE = "Resource";
  static final String ENVIRONMENT = "Environment";
  static final String ACTION = "Action";
  static final String OBJECT = "Object";
  static final String CONDITION = "Condition";
  static final String VERDICT = "Verdict";
  static final String APPROVERS = "Approvers";
  static final String EXPIRES = "Expires";
  static final String REASON = "Reason";
  static final String HINT = "Hint";
  static final String CONTROLS = "Controls";
  static final String COLUMN = "Column";
  static final String MASKER = "Masker";
  static final String NAME = "Name";
  static final String VALUE = "Value";
  static final String KEY = "Key";
  static final String STATEMENT = "SQL";
  static final String EXPECTED_VERDICT = "Expected verdict";
  static final String EXPECTED_RULE = "Expected rule";

  private static final Column GROUPS_OF_SUBJECT =
      new Column(
          GROUPS,
          20,
          true,
          "Groups of the subject that asks, as the identity provider vouches for them. One"
              + " suffices. Several are separated by commas; * means any subject; @name means a set"
              + " of the sheet Lists.");
  private static final Column RESOURCE_NAME =
      new Column(
          RESOURCE,
          14,
          true,
          "The registered name of the target, or a pattern in which * stands for any characters;"
              + " @name means a set of the sheet Lists.");
  private static final Column ENVIRONMENT_LABEL =
      new Column(
          ENVIRONMENT,
          14,
          true,
          "The target's label environment, or * for any. More names can be added as a set called"
              + " environments on the sheet Lists.");
  private static final Column REASON_TEXT =
      new Column(REASON, 44, true, "Why. Shown to whoever is refused, and kept in the journal.");
  private static final Column NIST_CONTROLS =
      new Column(
          CONTROLS,
          16,
          false,
          "NIST SP 800-53 controls this row helps to meet, separated by commas: AC-3, CM-3(1).");

  /** The columns of each sheet that has a header. */
  static final Map<String, List<Column>> OF_SHEET = ofSheet();

  private Columns() {}

  private static Map<String, List<Column>> ofSheet() {
    Map<String, List<Column>> columns = new LinkedHashMap<>();
    columns.put(
        SQL,
        List.of(
            new Column(ID, 12, true, "A name for the row that never changes. Errors quote it."),
            GROUPS_OF_SUBJECT,
            RESOURCE_NAME,
            ENVIRONMENT_LABEL,
            new Column(
                ACTION,
                26,
                true,
                "What the statement does. Several are separated by commas; * means anything; @name"
                    + " means a set of the sheet Lists."),
            new Column(
                OBJECT,
                24,
                true,
                "To what: schema.name, where * stands for any characters. PostgreSQL folds names to"
                    + " lower case unless they are quoted, so write public.orders. A lone * means"
                    + " anything; - means statements without an object; @name means a set of the"
                    + " sheet Lists. For SET and SHOW it is the name of the parameter."),
            new Column(
                CONDITION,
                15,
                false,
                "Empty: always. without WHERE: only when no WHERE clause limits it. opaque: only"
                    + " when the statement can do what its text does not tell."),
            new Column(
                VERDICT,
                10,
                true,
                "allow, approve (a human must say yes first) or block. When several rows match, the"
                    + " strictest wins. What no row matches is blocked."),
            new Column(
                APPROVERS,
                18,
                false,
                "Only with approve: the groups of which one member must say yes. Nobody approves"
                    + " their own command."),
            new Column(
                EXPIRES,
                12,
                false,
                "Only with approve: how long the command waits, such as 15 minutes or 2 hours."
                    + " Empty means 15 minutes; 24 hours is the longest."),
            REASON_TEXT,
            new Column(HINT, 44, false, "What to do instead. Agents read it and follow it."),
            NIST_CONTROLS));
    columns.put(
        MASKING,
        List.of(
            new Column(ID, 12, true, "A name for the row that never changes."),
            GROUPS_OF_SUBJECT,
            RESOURCE_NAME,
            ENVIRONMENT_LABEL,
            new Column(
                OBJECT,
                24,
                true,
                "The table: schema.name, where * stands for any characters, or @name."),
            new Column(COLUMN, 16, true, "The table's column; * stands for any characters."),
            new Column(
                MASKER,
                10,
                true,
                "redact: a fixed text. partial: only the end remains. hash: equal values stay"
                    + " equal. null: nothing remains."),
            REASON_TEXT,
            NIST_CONTROLS));
    columns.put(
        LISTS,
        List.of(
            new Column(NAME, 20, true, "The set's name. Other cells refer to it as @name."),
            new Column(
                VALUE, 40, true, "One value of the set; a set has as many rows as values.")));
    columns.put(
        TESTS,
        List.of(
            new Column(ID, 12, true, "A name for the example."),
            new Column(GROUPS, 20, true, "The groups of the subject that asks."),
            new Column(RESOURCE, 14, true, "The name of the target."),
            new Column(ENVIRONMENT, 14, false, "The target's environment."),
            new Column(STATEMENT, 60, true, "What is asked."),
            new Column(
                EXPECTED_VERDICT,
                16,
                true,
                "What must come out: allow, mask, approve or block. A workbook with an example that"
                    + " comes out otherwise does not come into force."),
            new Column(
                EXPECTED_RULE,
                16,
                false,
                "The id of the row that must decide, or DEFAULT when no row may match.")));
    return columns;
  }
}

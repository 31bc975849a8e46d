package dev.countersign.rules.workbook;

import java.util.ArrayList;
import java.util.List;

/** The titles of sheets and columns, and the columns that several sheets have. */
final class Columns {

  static final String SQL = "SQL";
  static final String GIT = "Git";
  static final String KUBERNETES = "Kubernetes";
  static final String MASKING = "Masking";
  static final String ACCESS = "Access";
  static final String RISK = "Risk";
  static final String LISTS = "Lists";
  static final String TESTS = "Tests";
  static final String ABOUT = "About";

  /** What the program writes into a copy; the reader passes over it. */
  static final String FINDINGS = "Findings";

  static final String ID = "Id";
  static final String NAME = "Name";
  static final String GROUPS = "Groups";
  static final String RESOURCE = "Resource";
  static final String ENVIRONMENT = "Environment";
  static final String ACTION = "Action";
  static final String OBJECT = "Object";
  static final String CONDITION = "Condition";
  static final String VERDICT = "Verdict";
  static final String APPROVERS = "Approvers";
  static final String QUORUM = "Quorum";
  static final String EXPIRES = "Expires";
  static final String PRE_APPROVAL = "Pre-approval";
  static final String VALUES = "Values";
  static final String REASON = "Reason";
  static final String HINT = "Hint";
  static final String CONTROLS = "Controls";
  static final String OWNER = "Owner";
  static final String VALID_FROM = "Valid from";
  static final String VALID_UNTIL = "Valid until";
  static final String MODE = "Mode";
  static final String VALUE = "Value";
  static final String KEY = "Key";

  static final List<Column> IDENTITY =
      List.of(
          new Column(ID, 12, true, "A name for the row that never changes. Errors quote it."),
          new Column(NAME, 24, false, "What people call the row."));

  static final List<Column> SCOPE =
      List.of(
          new Column(
              GROUPS,
              20,
              true,
              "Groups of the subject that asks, as the identity provider vouches for them. One"
                  + " suffices. Several are separated by commas; * means any subject; @name means a"
                  + " set of the sheet Lists."),
          new Column(
              RESOURCE,
              14,
              true,
              "The registered name of the target, or a pattern in which * stands for any"
                  + " characters; @name means a set of the sheet Lists."),
          new Column(
                  ENVIRONMENT,
                  14,
                  true,
                  "The target's label environment, or * for any. More names can be added as a set"
                      + " called environments on the sheet Lists.")
              .proposing(environments()));

  /** Who must say yes; what the column Verdict offers depends on the sheet. */
  static final List<Column> APPROVAL =
      List.of(
          new Column(
              APPROVERS,
              18,
              false,
              "Only with approve: the groups of which a member must say yes. Nobody approves their"
                  + " own command, nor that of an agent that acts for them."),
          new Column(
                  QUORUM,
                  9,
                  false,
                  "Only with approve: how many different people must say yes. Empty means 1.")
              .proposing(List.of("1", "2", "3")),
          new Column(
                  EXPIRES,
                  12,
                  false,
                  "Only with approve: how long the command waits, such as 15 minutes or 2 hours."
                      + " Empty means 15 minutes; 24 hours is the longest.")
              .proposing(List.of("5 minutes", "15 minutes", "1 hour", "4 hours", "24 hours")));

  /** What the column Values may say. */
  static final String ANY_VALUES = "any";

  static final List<String> SAME_OR_ANY = List.of("same", ANY_VALUES);

  /** Whether the approvers of a row may say yes beforehand. */
  static final Column PRE_APPROVED =
      new Column(
              PRE_APPROVAL,
              14,
              false,
              "Only with approve: for how long at most the approvers may let the same command of"
                  + " the same subject run without being asked each time, such as 4 hours; 7 days"
                  + " is the longest. Empty: they are asked each time.")
          .proposing(List.of("1 hour", "4 hours", "8 hours", "1 day"))
          .addedLater();

  /** What the same command is. */
  static final Column PRE_APPROVED_VALUES =
      new Column(
              VALUES,
              10,
              false,
              "Only with a pre-approval. same, or empty: literals and parameters are part of the"
                  + " command. any: they may be others each time.")
          .choosing(SAME_OR_ANY)
          .addedLater();

  static final List<Column> PARTICULARS =
      List.of(
          new Column(
              REASON, 44, true, "Why. Shown to whoever is refused, and kept in the journal."),
          new Column(HINT, 44, false, "What to do instead. Agents read it and follow it."),
          new Column(
              CONTROLS,
              16,
              false,
              "NIST SP 800-53 controls this row helps to meet, separated by commas: AC-3,"
                  + " CM-3(1)."),
          new Column(OWNER, 18, false, "Who answers for the row: a person, a team, a ticket."),
          new Column(
              VALID_FROM,
              12,
              false,
              "The first day on which the row holds, such as 2026-12-01, in UTC. Empty: at once."),
          new Column(
              VALID_UNTIL,
              12,
              false,
              "The last day on which the row holds, such as 2026-12-31, in UTC. Empty: no end."),
          new Column(
                  MODE,
                  10,
                  false,
                  "enforce, or empty: the row decides. observe: it never decides; every decision"
                      + " tells what it would have asked for.")
              .choosing(Vocabulary.MODES));

  private Columns() {}

  private static List<String> environments() {
    List<String> all = new ArrayList<>(Vocabulary.ENVIRONMENTS);
    all.add(Cells.ANY);
    return all;
  }

  /**
   * The columns of a rule sheet: who and where, what, what then, what is said about it, and what
   * came later.
   */
  static List<Column> ofRules(List<Column> conditions, List<Column> consequences, Column... later) {
    List<Column> all = new ArrayList<>(IDENTITY);
    all.addAll(SCOPE);
    all.addAll(conditions);
    all.addAll(consequences);
    all.addAll(PARTICULARS);
    all.addAll(List.of(later));
    return List.copyOf(all);
  }

  /** The columns of a verdict, those of an approval beside it. */
  static List<Column> ruling(String meaning, List<String> verdicts) {
    List<Column> all = new ArrayList<>();
    all.add(new Column(VERDICT, 10, true, meaning).choosing(verdicts));
    all.addAll(APPROVAL);
    return List.copyOf(all);
  }
}

package dev.countersign.audit.evidence;

import java.util.Locale;

/** An automatic test over the events of a period. */
enum Check {
  /** What was blocked never ran, and nothing ran that was not decided. */
  ENFORCEMENT("Every completed command was decided before, and not blocked."),
  /** What needs a human had one. */
  APPROVED_BEFORE_RUN("Every completed command that needed an approval had one before."),
  SEPARATION("No approval was given by the subject, its owner or an agent."),
  CONTENT("Every command belongs to a session that says who, where and from where."),
  TIME_ORDER("No record has an earlier time than the one before."),
  NO_GAP("The numbers of the records have no gap."),
  CHAIN("Every record that was read carries the hash of the one before."),
  RECORDED_WHOLE("Every closed session has as many recorded commands as it counted."),
  IDENTIFIED("Every session has a subject with issuer and id, and every agent an owner."),
  NO_ROW_NO_RELEASE("No command was released without a row that says so."),
  CONTROLS_SATISFIED("The last automatic test of every control came out as it should."),
  KNOWN_POLICY("Every decision names a policy version that had been put in force.");

  private final String statement;

  Check(String statement) {
    this.statement = statement;
  }

  static Check named(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  /** What holds if it comes out as it should. */
  String statement() {
    return statement;
  }

  String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}

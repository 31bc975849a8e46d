package dev.countersign.cli.demo;

import dev.countersign.rules.verdict.Verdict;
import java.util.List;
import java.util.Optional;

/**
 * One command of the scripted agent and what has to come of it.
 *
 * @param sql sent as one message
 * @param verdict what the workbook says
 * @param answer what the approver does, if somebody is asked
 * @param seen texts that have to be in what psql prints
 * @param unseen whether no value of a masked column may be in it
 */
record TourStep(
    String sql, Verdict verdict, Optional<Answer> answer, List<String> seen, boolean unseen) {

  /** What the approver does. */
  enum Answer {
    APPROVE,
    DENY
  }

  private static final List<String> REFUSED = List.of("ERROR:", "blocked by policy");

  static TourStep allowed(String sql, String... seen) {
    return new TourStep(sql, Verdict.ALLOW, Optional.empty(), List.of(seen), false);
  }

  static TourStep masked(String sql) {
    return new TourStep(sql, Verdict.MASK, Optional.empty(), List.of("(1 row)"), true);
  }

  static TourStep blocked(String sql) {
    return new TourStep(sql, Verdict.BLOCK, Optional.empty(), REFUSED, true);
  }

  static TourStep approved(String sql, String seen) {
    return new TourStep(sql, Verdict.APPROVE, Optional.of(Answer.APPROVE), List.of(seen), true);
  }

  static TourStep denied(String sql) {
    return new TourStep(sql, Verdict.APPROVE, Optional.of(Answer.DENY), List.of("ERROR:"), true);
  }

  /** The script: one of each verdict, both answers, and the usual ways around a naive filter. */
  static List<TourStep> script() {
    return List.of(
        allowed("SELECT status, count(*) FROM orders GROUP BY status", "delivered", "(6 rows)"),
        masked("SELECT id, name, email, ssn FROM customers WHERE id = 7"),
        masked("SELECT lower(email) FROM customers WHERE id = 7"),
        masked("SELECT c FROM customers c WHERE id = 7"),
        blocked("DROP TABLE orders"),
        blocked("SELECT 1; DROP TABLE orders"),
        blocked("WITH d AS (DELETE FROM orders RETURNING *) SELECT * FROM d"),
        blocked("DO $$ BEGIN DELETE FROM orders; END $$"),
        approved("UPDATE orders SET status = 'returned' WHERE id = 7", "UPDATE 1"),
        denied("DELETE FROM orders WHERE id = 8"));
  }
}

package dev.countersign.rules.policy;

import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.SqlStatement;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.verdict.Decision;
import dev.countersign.rules.verdict.MaskPlan;

/** An immutable policy. Safe for any number of threads; a decision takes microseconds. */
public interface PolicyVersion {

  /** The content address: a SHA-256 in hex over the validated rows. */
  String id();

  /**
   * Judges a statement: each access needs a row, the strictest matching row wins, and an access
   * that no row matches is blocked.
   */
  Decision decide(Subject subject, Resource resource, SqlStatement statement);

  /** All that is masked for this subject on this resource, whatever the statement. */
  MaskPlan masks(Subject subject, Resource resource);
}

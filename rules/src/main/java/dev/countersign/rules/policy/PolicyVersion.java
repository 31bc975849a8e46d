package dev.countersign.rules.policy;

import dev.countersign.rules.fact.Act;
import dev.countersign.rules.fact.KubeRequest;
import dev.countersign.rules.fact.RefUpdate;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.SqlStatement;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.verdict.Decision;
import dev.countersign.rules.verdict.MaskPlan;
import java.time.Duration;

/** An immutable policy. Safe for any number of threads; a decision takes microseconds. */
public interface PolicyVersion {

  /** The content address: a SHA-256 in hex over the validated rows. */
  String id();

  /**
   * Judges a statement: each access needs a row, the strictest matching row wins, and an access
   * that no row matches is blocked.
   */
  Decision decide(Subject subject, Resource resource, SqlStatement statement);

  /**
   * Judges what a git command does to one ref: each changed path needs a row, as accesses do. A
   * push is as strict as its strictest ref.
   */
  Decision decide(Subject subject, Resource resource, RefUpdate update);

  /**
   * Judges a request to a cluster. Where its verdict lets it through, the masks name objects and,
   * as columns, keys: {@code secrets} and {@code *}.
   */
  Decision decide(Subject subject, Resource resource, KubeRequest request);

  /** Judges whichever of them it is. */
  default Decision decide(Subject subject, Resource resource, Act act) {
    return switch (act) {
      case SqlStatement statement -> decide(subject, resource, statement);
      case RefUpdate update -> decide(subject, resource, update);
      case KubeRequest request -> decide(subject, resource, request);
    };
  }

  /**
   * Whether the subject may be granted access to the resource for that long, from now on: allow
   * grants it at once, approve after people said yes.
   */
  Decision access(Subject subject, Resource resource, Duration wanted);

  /** Whether the subject may use the resource now without a grant. */
  boolean standing(Subject subject, Resource resource);

  /** All that is masked for this subject on this resource, whatever the statement. */
  MaskPlan masks(Subject subject, Resource resource);

  /**
   * The columns there that are masked for anybody, exemptions and rows that only observe apart:
   * whose values are worth knowing who saw them.
   */
  MaskPlan guarded(Resource resource);
}

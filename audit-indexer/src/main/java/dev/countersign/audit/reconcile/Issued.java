package dev.countersign.audit.reconcile;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A command of the journal while it is compared.
 *
 * <p>Mutable: learns from later events what became of it.
 */
final class Issued {

  final String decision;
  final Instant decided;
  final String who;
  final String key;
  final String what;
  final boolean changes;

  boolean released;
  @Nullable Instant ended;
  boolean succeeded;
  boolean seen;

  /**
   * A decided command.
   *
   * @param key what it is, in the form in which the upstream tells it
   * @param released whether it may run without anybody being asked
   * @param changes whether it can change something
   */
  Issued(
      String decision,
      Instant decided,
      String who,
      String key,
      String what,
      boolean released,
      boolean changes) {
    this.decision = decision;
    this.decided = decided;
    this.who = who;
    this.key = key;
    this.what = what;
    this.released = released;
    this.changes = changes;
  }
}

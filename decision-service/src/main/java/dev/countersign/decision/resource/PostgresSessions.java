package dev.countersign.decision.resource;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;

/**
 * What holds for every session on a PostgreSQL database.
 *
 * @param limits times that no session can lengthen
 * @param recording what of the results goes to the journal
 * @param waiting what a client does whose command needs an approval
 * @param role the template of the role that is made for each session; empty if all log in as one
 */
public record PostgresSessions(
    Limits limits, Recording recording, Waiting waiting, Optional<RoleTemplate> role) {

  /** Nothing is limited or recorded, clients wait, and all sessions log in as one role. */
  public static final PostgresSessions PLAIN =
      new PostgresSessions(
          new Limits(Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO),
          new Recording(0, 0),
          Waiting.HOLD,
          Optional.empty());

  /**
   * Times after which something is ended; zero for never.
   *
   * @param statement a statement that runs
   * @param lock a statement that waits for a lock
   * @param idleInTransaction a session that does nothing in an open transaction
   * @param idle a session that does nothing at all
   */
  public record Limits(
      Duration statement, Duration lock, Duration idleInTransaction, Duration idle) {
    public Limits {
      if (statement.isNegative()
          || lock.isNegative()
          || idleInTransaction.isNegative()
          || idle.isNegative()) {
        throw new IllegalArgumentException("a time is negative");
      }
    }
  }

  /**
   * How much of a result is recorded, as the client gets it: masked.
   *
   * @param rows the first rows; 0 for none
   * @param bytes at most so many bytes of them
   */
  public record Recording(int rows, int bytes) {
    public Recording {
      if (rows < 0 || bytes < 0) {
        throw new IllegalArgumentException("a number of rows or bytes is negative");
      }
    }
  }

  /** What a client does whose command needs an approval. */
  public enum Waiting {
    /** It waits for the answer. */
    HOLD,
    /** It gets an error with the approval's id, and sends the same command again later. */
    RETRY
  }

  /**
   * A role that owns what sessions may do: each session's own role is a member of it.
   *
   * @param name the template, which itself need not be able to log in
   * @param life how long a session's role can log in, at most
   */
  public record RoleTemplate(String name, Duration life) {
    public RoleTemplate {
      requireNonNull(name, "name");
      if (name.isEmpty() || !life.isPositive()) {
        throw new IllegalArgumentException("a template has a name, and its roles a time to live");
      }
    }
  }

  public PostgresSessions {
    requireNonNull(limits, "limits");
    requireNonNull(recording, "recording");
    requireNonNull(waiting, "waiting");
    requireNonNull(role, "role");
  }
}

package dev.countersign.audit.event;

import dev.countersign.rules.fact.SqlAccess;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.verdict.MatchedRow;
import dev.countersign.rules.verdict.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the journal records. The list is closed: an event type is added here or nowhere.
 *
 * <p>Text of commands is what the client sent; a journal is therefore as confidential as the
 * resource itself.
 */
public sealed interface Event {

  /** A subject was let in to a resource. */
  record SessionOpened(
      SessionId session,
      Subject subject,
      String resource,
      Map<String, String> resourceLabels,
      String clientAddress,
      String application)
      implements Event {}

  /**
   * Nobody was let in: the token, the resource or the client's request was refused.
   *
   * @param resource what was asked for, as the client wrote it; may be empty
   * @param reason for operators; never holds the token
   */
  record SessionRefused(
      SessionId session,
      Optional<Subject> subject,
      String resource,
      String clientAddress,
      String reason)
      implements Event {}

  /**
   * A command was judged. Written before the command is released: an allowed command without this
   * event does not exist.
   *
   * @param command counts the commands of a session from 1
   * @param text the statement as the client sent it
   * @param parameters the bound values in order, as text; binary values as {@code \x} and hex, SQL
   *     NULL as an empty optional
   * @param accesses what the rules saw
   * @param rows every matched row, the deciding one first
   */
  record CommandDecided(
      SessionId session,
      long command,
      String text,
      List<Optional<String>> parameters,
      List<SqlAccess> accesses,
      boolean opaque,
      Verdict verdict,
      String policyVersion,
      List<MatchedRow> rows)
      implements Event {}

  /** A command waits for a human. */
  record ApprovalRequested(
      SessionId session, long command, String approval, String digest, Instant expires)
      implements Event {}

  /**
   * The wait is over.
   *
   * @param approver who answered, if anybody did
   */
  record ApprovalAnswered(
      SessionId session,
      long command,
      String approval,
      Answer answer,
      Optional<Subject> approver,
      String comment)
      implements Event {

    /** How a wait ends. */
    public enum Answer {
      APPROVED,
      DENIED,
      EXPIRED,
      WITHDRAWN
    }
  }

  /**
   * A released command ended.
   *
   * @param status the command tag, e.g. {@code SELECT 3}; empty if it failed
   * @param sqlState the five characters of the error, if it failed
   * @param rows rows sent to the client
   * @param maskedColumns names of the result columns that were masked
   * @param micros from release to the end, in microseconds
   */
  record CommandCompleted(
      SessionId session,
      long command,
      String status,
      Optional<String> sqlState,
      long rows,
      List<String> maskedColumns,
      long micros)
      implements Event {}

  /** A session ended. */
  record SessionClosed(SessionId session, String reason, long commands) implements Event {}

  /** A policy version was put in force. */
  record PolicyActivated(String policyVersion, String source, int rows) implements Event {}

  /** A changed policy was refused; the one before stays in force. */
  record PolicyRefused(String source, List<String> faults) implements Event {}
}

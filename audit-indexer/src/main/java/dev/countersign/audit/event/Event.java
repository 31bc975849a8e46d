package dev.countersign.audit.event;

import dev.countersign.rules.fact.CommandFacts;
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
   * @param text the statement as the client sent it; for a push or a request its canonical text
   * @param parameters the bound values in order, as text; binary values as {@code \x} and hex, SQL
   *     NULL as an empty optional
   * @param facts what the rules saw
   * @param rows every matched row, the deciding one first
   */
  record CommandDecided(
      SessionId session,
      long command,
      String text,
      List<Optional<String>> parameters,
      CommandFacts facts,
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
   * @param status what the upstream said: a command tag such as {@code SELECT 3}, an HTTP status, a
   *     report; of what failed, that the client had asked to cancel it, or empty
   * @param error the code of the failure, if it failed: a SQLSTATE, an HTTP status, {@code
   *     rejected}
   * @param rows rows sent to the client
   * @param bytes bytes of rows, packs and answers sent to the client, as far as it got; 0 where an
   *     earlier build did not count them
   * @param maskedColumns names of the result columns that were masked
   * @param micros from release to the end, in microseconds
   */
  record CommandCompleted(
      SessionId session,
      long command,
      String status,
      Optional<String> error,
      long rows,
      long bytes,
      List<String> maskedColumns,
      long micros)
      implements Event {}

  /**
   * Something that went over the wire while a command ran.
   *
   * @param content text; bytes that are no UTF-8 stand as {@code \xHH}
   */
  record ContentRecorded(SessionId session, long command, Stream stream, String content)
      implements Event {

    /** What it was. */
    public enum Stream {
      /** Result rows as the client got them: a line a row, JSON arrays of texts and nulls. */
      ROWS,
      /** The body of a request. */
      REQUEST_BODY,
      /** The body of a response as the client got it. */
      RESPONSE_BODY,
      /** What a client typed. */
      INPUT,
      OUTPUT,
      ERROR_OUTPUT,
      /** The size of a terminal, {@code 80x24}. */
      RESIZE,
      /** What the upstream reported of each ref of a push. */
      REPORT,
      /** The digest of a pack that is kept beside the journal, and its length. */
      PACK
    }
  }

  /**
   * A key of the exposure index was made. Written before anything is digested with it.
   *
   * @param key its name
   * @param owner the thumbprint of the owner's key
   * @param wrapped the key as a compact JWE that only its owner opens
   */
  record ExposureKeyed(String key, String owner, String wrapped) implements Event {}

  /**
   * Values of a column that is masked for anybody, or that a detector found, went to a client.
   *
   * @param key the name of the key that digests them
   * @param column {@code schema.table.column}; the label of the result's column if it is computed
   * @param masked whether they were hidden from this client
   * @param digests sixteen bytes for each different value, ascending, in base64
   * @param complete whether these are all; otherwise more values went through than are kept
   */
  record ValuesExposed(
      SessionId session,
      long command,
      String key,
      String column,
      boolean masked,
      String digests,
      boolean complete)
      implements Event {}

  /** A session ended. */
  record SessionClosed(SessionId session, String reason, long commands) implements Event {}

  /** A policy version was put in force. */
  record PolicyActivated(String policyVersion, String source, int rows) implements Event {}

  /**
   * Somebody looked at a recording.
   *
   * @param reader who, as the operating system or the token names them
   * @param recording the session that was looked at
   * @param how whether it was replayed, shown or exported
   */
  record RecordingRead(String reader, SessionId recording, String how) implements Event {}

  /**
   * Somebody searched the record.
   *
   * @param reader as for {@link RecordingRead}
   * @param found how many results were shown
   */
  record RecordSearched(String reader, String query, long found) implements Event {}

  /**
   * An evidence package was made.
   *
   * @param reader as for {@link RecordingRead}
   * @param from the period's begin
   * @param until its end, not in it
   * @param controls the controls that were asked for
   * @param digest SHA-256 of the package
   */
  record EvidenceExported(
      String reader, Instant from, Instant until, List<String> controls, String digest)
      implements Event {
    public EvidenceExported {
      controls = List.copyOf(controls);
    }
  }

  /**
   * The automatic test of a control came out otherwise than the last time.
   *
   * @param control an id of SP 800-53, e.g. {@code AC-5}
   * @param satisfied whether it came out as it should
   * @param finding what was found, in words
   */
  record ControlAssessed(String control, boolean satisfied, String finding) implements Event {}

  /** A changed policy was refused; the one before stays in force. */
  record PolicyRefused(String source, List<String> faults) implements Event {}

  /**
   * A session credential is about to be made. Written before it exists.
   *
   * @param credential its public name, never the credential itself
   * @param resource the one it opens
   * @param grant the grant it stands on, if it stands on one
   */
  record CredentialMinted(
      String credential, Subject subject, String resource, Optional<String> grant, Instant expires)
      implements Event {}

  /** A session credential is about to be ended before its time. */
  record CredentialRevoked(String credential, Subject by, String resource) implements Event {}

  /**
   * Somebody who may answer is about to be shown a request for the first time.
   *
   * @param digest of the command
   * @param view over all that is shown: the command and what lies beside it
   */
  record ApprovalViewed(String approval, Subject viewer, String digest, String view)
      implements Event {}

  /**
   * An answer is about to count.
   *
   * @param digest of the command it is about
   * @param view what its giver was shown; empty for a no that was given unseen
   * @param at by the clock of the database
   * @param key the gateway's public key, as base64 of its SubjectPublicKeyInfo
   * @param signature Ed25519 over all of this, base64
   */
  record ApprovalVoted(
      String approval,
      Subject approver,
      Vote vote,
      String digest,
      String view,
      Instant at,
      String comment,
      String key,
      String signature)
      implements Event {

    /** What a human says. */
    public enum Vote {
      YES,
      NO
    }
  }

  /**
   * Somebody asks to be let in to a resource for a while.
   *
   * @param scope what for, in the words of a grant
   */
  record GrantRequested(
      String grant,
      Subject subject,
      String resource,
      String scope,
      Instant from,
      Instant until,
      String reason)
      implements Event {}

  /**
   * A grant is about to hold, or to hold for longer.
   *
   * @param rule the row of the sheet Access that gave it
   * @param approval the approval it needed, if it needed one
   */
  record GrantGiven(
      String grant,
      Subject subject,
      String resource,
      String rule,
      Optional<String> approval,
      Instant until)
      implements Event {}

  /**
   * A grant, or the wish for one, is about to end. Its sessions end with it.
   *
   * @param by who ended it, if anybody did
   */
  record GrantEnded(
      String grant, String resource, GrantEnded.End end, Optional<Subject> by, String comment)
      implements Event {

    /** How a grant ends. */
    public enum End {
      /** The policy, or a human, said no. */
      DENIED,
      EXPIRED,
      REVOKED,
      /** It was for one session, and that has begun. */
      USED
    }
  }

  /**
   * The payloads of a segment are about to be destroyed, as their time is over.
   *
   * @param first the first record whose payload goes
   * @param last the last one
   * @param reason which retention, in words
   */
  record SegmentShredded(long segment, long first, long last, String by, String reason)
      implements Event {}

  /**
   * A legal hold: nothing that was recorded in that time is destroyed.
   *
   * @param by who placed it, as the operating system names them
   */
  record HoldPlaced(String hold, Instant from, Instant until, String by, String reason)
      implements Event {}

  /** A legal hold is over. */
  record HoldReleased(String hold, String by, String reason) implements Event {}

  /**
   * A message that had been given up is about to be tried again.
   *
   * @param delivery its number
   * @param endpoint the name of its webhook
   */
  record NotificationRetried(long delivery, String endpoint, Subject by) implements Event {}

  /** A session is about to be ended by somebody else. */
  record SessionKilled(SessionId session, Subject by, String reason) implements Event {}

  /**
   * Somebody asks for a change over the API. Written before it is looked at, so attempts that are
   * refused are there too.
   *
   * @param operation method and path as the OpenAPI document names them
   * @param path as it was called
   * @param digest SHA-256 of what was sent, in hex
   */
  record ApiCalled(Subject by, String operation, String path, String digest) implements Event {}

  /**
   * A resource is about to be registered, or to be another one.
   *
   * @param kind postgres, git or kubernetes
   * @param address where it is; without user and secret
   */
  record ResourceDeclared(
      Subject by, String resource, String kind, Map<String, String> labels, String address)
      implements Event {
    public ResourceDeclared {
      labels = Map.copyOf(labels);
    }
  }

  /** A resource is about to be taken away. */
  record ResourceRemoved(Subject by, String resource) implements Event {}

  /**
   * A pre-approval is about to hold: the same command of that subject runs without being asked for
   * again.
   *
   * @param fingerprint what is the same command
   * @param approval the approval by which people said yes
   */
  record PreApprovalGiven(
      String preApproval,
      Subject subject,
      String resource,
      String fingerprint,
      boolean anyValues,
      String policyVersion,
      String approval,
      Instant until)
      implements Event {}

  /**
   * A pre-approval is about to end.
   *
   * @param by who ended it, if anybody did
   */
  record PreApprovalEnded(
      String preApproval,
      String resource,
      PreApprovalEnded.End end,
      Optional<Subject> by,
      String comment)
      implements Event {

    /** How a pre-approval ends. */
    public enum End {
      /** People said no, or did not say yes in time. */
      DENIED,
      EXPIRED,
      REVOKED,
      /** Another policy is in force. */
      VOIDED
    }
  }

  /**
   * A command is about to be let through by a yes that was there before it.
   *
   * @param standing the pre-approval or the emergency
   * @param approval the request that it answers
   * @param digest of the command
   */
  record StandingYesUsed(
      String standing, String approval, Subject subject, String resource, String digest)
      implements Event {}

  /**
   * Break-glass: an emergency is about to take its next step.
   *
   * @param resources on which it holds
   * @param by whose step it is; empty where its time is over
   * @param until when it ends by itself
   */
  record EmergencyChanged(
      String emergency,
      Step step,
      List<String> resources,
      Optional<Subject> by,
      Instant until,
      String comment)
      implements Event {
    public EmergencyChanged {
      resources = List.copyOf(resources);
    }

    /** What happens to an emergency. */
    public enum Step {
      /** One person asks a second to open it. */
      PROPOSED,
      /** The second one does. */
      OPENED,
      /** Nobody did in time. */
      LAPSED,
      CLOSED,
      EXPIRED,
      /** Somebody who did not open it has looked at what was done. */
      REVIEWED
    }
  }
}

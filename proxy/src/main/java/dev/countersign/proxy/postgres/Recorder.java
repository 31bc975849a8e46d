package dev.countersign.proxy.postgres;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.SessionId;
import dev.countersign.audit.exposure.ExposedValues;
import dev.countersign.audit.exposure.Exposures;
import dev.countersign.audit.journal.Journal;
import dev.countersign.decision.approval.Approvals;
import dev.countersign.decision.approval.Outcome;
import dev.countersign.decision.quota.Meter;
import dev.countersign.decision.resource.PostgresSessions;
import dev.countersign.proxy.postgres.wire.RowDescription;
import dev.countersign.rules.fact.CommandFacts;
import dev.countersign.rules.fact.SqlAccess;
import dev.countersign.rules.fact.SqlStatement;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.verdict.Decision;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes what happens to the commands of one session into the journal. Confined to the session's
 * event loop.
 */
final class Recorder {

  /** A command on its way: what the journal will say of it when it has ended. */
  static final class Command {

    private final long number;
    private final long sequence;
    private final boolean changesState;
    private final Set<String> maskedColumns = new LinkedHashSet<>();
    private long releasedAt = System.nanoTime();
    private final PostgresSessions.Recording limits;
    private final Meter meter;
    private Optional<String> over = Optional.empty();
    private @Nullable RecordedRows content;
    private @Nullable ExposedValues exposed;
    private final Exposures exposures;
    private long rows;
    private long bytes;
    private boolean ended;
    private boolean cancelAsked;
    private Consumer<Optional<String>> onEnd = error -> {};

    private Command(
        long number,
        long sequence,
        boolean changesState,
        PostgresSessions.Recording limits,
        Exposures exposures,
        Meter meter) {
      this.limits = limits;
      this.exposures = exposures;
      this.meter = meter;
      this.number = number;
      this.sequence = sequence;
      this.changesState = changesState;
    }

    void released() {
      releasedAt = System.nanoTime();
    }

    /** The client has asked the server to cancel what it runs. */
    void cancelAsked() {
      cancelAsked = true;
    }

    /** Something went to the client that is only counted. */
    void row(ByteBuf frame) {
      rows++;
      count(frame);
    }

    private void count(ByteBuf frame) {
      bytes += frame.readableBytes();
      if (!meter.isOpen() && over.isEmpty()) {
        over = meter.sent(1, frame.readableBytes());
      }
    }

    /** Why nothing more must go to the client. */
    Optional<String> over() {
      return over;
    }

    /** A row goes to the client; see {@link RecordedRows#add}. */
    void row(ByteBuf frame, List<Short> formats, @Nullable RowDescription description) {
      rows++;
      count(frame);
      if (limits.rows() > 0) {
        if (content == null) {
          content = new RecordedRows(limits);
        }
        content.add(frame, formats, description);
      }
    }

    /** Where to tell what values of guarded columns it shows; empty if nobody wants to know. */
    Optional<ExposedValues> exposed() {
      if (exposed == null) {
        exposed = exposures.key().map(ExposedValues::new).orElse(null);
      }
      return Optional.ofNullable(exposed);
    }

    void masked(List<String> columns) {
      maskedColumns.addAll(columns);
    }
  }

  /** Tells a command that its client has ended from one that ran into a timeout. */
  static final String CANCELLED = "cancelled by the client";

  private final Journal journal;
  private final SessionId session;
  private final Set<Command> approved = new HashSet<>();
  private final PostgresSessions.Recording limits;
  private final Exposures exposures;
  private final Meter meter;
  private long commands;

  /**
   * @param meter what the session's subject takes
   */
  Recorder(
      Journal journal,
      SessionId session,
      PostgresSessions.Recording limits,
      Exposures exposures,
      Meter meter) {
    this.exposures = exposures;
    this.meter = meter;
    this.journal = journal;
    this.session = session;
    this.limits = limits;
  }

  /** Records a decision, before anything comes of it. */
  Command decided(
      String text,
      List<Optional<String>> parameters,
      List<SqlStatement> statements,
      Decision decision) {
    List<SqlAccess> accesses = accesses(statements);
    boolean opaque = false;
    boolean changesState = false;
    for (SqlStatement statement : statements) {
      opaque |= statement.opaque();
      changesState |= statement.changesState();
    }
    long number = ++commands;
    long sequence =
        journal.append(
            new Event.CommandDecided(
                session,
                number,
                text,
                parameters,
                new CommandFacts.Sql(accesses, opaque),
                decision.verdict(),
                decision.why().policyVersion(),
                decision.why().rows()));
    return new Command(number, sequence, changesState, limits, exposures, meter);
  }

  private static List<SqlAccess> accesses(List<SqlStatement> statements) {
    if (statements.size() == 1) {
      return statements.getFirst().accesses();
    }
    List<SqlAccess> accesses = new ArrayList<>();
    statements.forEach(statement -> accesses.addAll(statement.accesses()));
    return accesses;
  }

  /** Completes when the command may be released. */
  CompletionStage<Void> releasable(Command command) {
    return journal.releasable(command.sequence, command.changesState);
  }

  /** Names a decision for people: {@code session/command}. */
  String name(Command command) {
    return session + "/" + command.number;
  }

  void requested(Command command, Approvals.Pending pending) {
    journal.append(
        new Event.ApprovalRequested(
            session, command.number, pending.id(), pending.digest(), pending.expires()));
  }

  /**
   * Records how a wait ended.
   *
   * @return its sequence
   */
  long answered(Command command, String approval, Outcome outcome) {
    return journal.append(
        switch (outcome) {
          case Outcome.Approved(Subject approver, String comment, String _) ->
              answer(
                  command,
                  approval,
                  Event.ApprovalAnswered.Answer.APPROVED,
                  Optional.of(approver),
                  comment);
          case Outcome.Denied(Subject approver, String comment) ->
              answer(
                  command,
                  approval,
                  Event.ApprovalAnswered.Answer.DENIED,
                  Optional.of(approver),
                  comment);
          case Outcome.Expired() ->
              answer(
                  command, approval, Event.ApprovalAnswered.Answer.EXPIRED, Optional.empty(), "");
          case Outcome.Withdrawn(String reason) ->
              answer(
                  command,
                  approval,
                  Event.ApprovalAnswered.Answer.WITHDRAWN,
                  Optional.empty(),
                  reason);
        });
  }

  private Event answer(
      Command command,
      String approval,
      Event.ApprovalAnswered.Answer answer,
      Optional<Subject> approver,
      String comment) {
    return new Event.ApprovalAnswered(session, command.number, approval, answer, approver, comment);
  }

  /** Records that a released command has done what it does. Only the first end counts. */
  void completed(Command command, String tag) {
    ended(command, tag, Optional.empty());
  }

  /** Records that a released command has failed. */
  void failed(Command command, String sqlState) {
    boolean isCancelled = command.cancelAsked && sqlState.equals(Refusal.QUERY_CANCELED);
    ended(command, isCancelled ? CANCELLED : "", Optional.of(sqlState));
  }

  private void ended(Command command, String tag, Optional<String> sqlState) {
    if (command.ended) {
      return;
    }
    command.ended = true;
    approved.remove(command);
    command.onEnd.accept(sqlState);
    if (command.content != null && !command.content.content().isEmpty()) {
      journal.append(
          new Event.ContentRecorded(
              session,
              command.number,
              Event.ContentRecorded.Stream.ROWS,
              command.content.content()));
    }
    if (command.exposed != null) {
      command.exposed.events(session, command.number).forEach(journal::append);
    }
    journal.append(
        new Event.CommandCompleted(
            session,
            command.number,
            tag,
            sqlState,
            command.rows,
            command.bytes,
            List.copyOf(command.maskedColumns),
            TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - command.releasedAt)));
  }

  /**
   * Whoever waits for the end of an approved command hears of it, even if its session ends first.
   */
  void approved(Command command, Consumer<Optional<String>> onEnd) {
    command.onEnd = onEnd;
    approved.add(command);
  }

  void closed(String reason) {
    approved.forEach(command -> command.onEnd.accept(Optional.of("the session ended first")));
    approved.clear();
    journal.append(new Event.SessionClosed(session, reason, commands));
  }
}

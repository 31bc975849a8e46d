package dev.countersign.proxy.frontdoor;

import static java.util.Objects.requireNonNull;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.SessionId;
import dev.countersign.audit.journal.JournalException;
import dev.countersign.decision.approval.Outcome;
import dev.countersign.decision.grant.GrantScope;
import dev.countersign.decision.grant.SingleCommand;
import dev.countersign.proxy.frontdoor.Passage.Refused.Cause;
import dev.countersign.rules.fact.CommandFacts;
import dev.countersign.rules.fact.KubeRequest;
import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.Subject;
import dev.countersign.rules.verdict.Decision;
import dev.countersign.rules.verdict.MatchedRow;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One session at the {@link ReleaseGate}. Safe for any number of threads: each command takes one,
 * which may block.
 */
public final class GateSession {

  private static final Logger log = LoggerFactory.getLogger(GateSession.class);

  /**
   * A command that was judged.
   *
   * @param text its canonical text: exactly what runs, all of it; an approval binds these bytes
   * @param facts what the rules saw
   * @param decision what they said
   * @param changesState whether it can change something that outlives its session
   * @param evidence gathered only if a human is asked
   */
  public record Command(
      String text, CommandFacts facts, Decision decision, boolean changesState, Evidence evidence) {
    public Command {
      requireNonNull(text, "text");
      requireNonNull(facts, "facts");
      requireNonNull(decision, "decision");
      requireNonNull(evidence, "evidence");
    }
  }

  private final ReleaseGate gate;
  private final SessionId id;
  private final Subject subject;
  private final Resource resource;
  private final SingleCommand single;
  private final AtomicLong commands = new AtomicLong();
  private final CompletableFuture<Outcome> left = new CompletableFuture<>();
  private final CompletableFuture<String> ended = new CompletableFuture<>();
  private final AtomicBoolean closed = new AtomicBoolean();

  GateSession(
      ReleaseGate gate, SessionId id, Subject subject, Resource resource, SingleCommand single) {
    this.gate = gate;
    this.id = id;
    this.subject = subject;
    this.resource = resource;
    this.single = single;
  }

  public SessionId id() {
    return id;
  }

  ReleaseGate gate() {
    return gate;
  }

  Subject subject() {
    return subject;
  }

  Resource resource() {
    return resource;
  }

  /** Completes when nobody waits for anything of this session any more. */
  CompletableFuture<Outcome> left() {
    return left;
  }

  /**
   * Brings a command to its end at the gate; blocks while a human is asked.
   *
   * @throws InterruptedException if the thread is interrupted; then the command does not run
   */
  public Passage pass(Command command, Waiting waiting) throws InterruptedException {
    if (isPreparation(command)) {
      return judged(command, waiting);
    }
    Optional<String> outside = single.claim(command.text());
    if (outside.isPresent()) {
      return judged(outside(command, outside.get()), waiting);
    }
    boolean released = false;
    try {
      Passage passage = judged(command, waiting);
      released = !(passage instanceof Passage.Refused);
      return passage;
    } finally {
      if (!released) {
        single.giveBack();
      }
    }
  }

  /**
   * Brings a trial of a command to its end at the gate: something of which nothing stays, which the
   * door does to find out what the command itself would do. It takes nothing of a grant for one
   * command, and is outside of it where the command is: then that is what is refused.
   *
   * @throws InterruptedException if the thread is interrupted; then the trial does not run
   */
  public Passage rehearse(Command trial, Command command) throws InterruptedException {
    Optional<String> outside = single.objection(command.text());
    return judged(outside.isPresent() ? outside(command, outside.get()) : trial, Waiting.SILENT);
  }

  /** A client of a cluster asks what there is before it asks for anything. */
  private static boolean isPreparation(Command command) {
    return command.facts() instanceof CommandFacts.Kubernetes(KubeRequest request)
        && GrantScope.isDiscovery(request);
  }

  private static Command outside(Command command, String why) {
    MatchedRow row =
        MatchedRow.builtIn(
            "GRANT",
            command.text().lines().findFirst().orElse(""),
            why,
            "Ask for a grant that covers it: countersign request <resource> --reason …");
    return new Command(
        command.text(),
        command.facts(),
        new Decision.Block(command.decision().why().ledBy(row)),
        command.changesState(),
        command.evidence());
  }

  private Passage judged(Command command, Waiting waiting) throws InterruptedException {
    long number = commands.incrementAndGet();
    MatchedRow row = command.decision().why().deciding();
    long sequence;
    try {
      sequence = decided(number, command);
    } catch (JournalException e) {
      return unrecorded(number, row, e);
    }
    return switch (command.decision()) {
      case Decision.Block _ ->
          refused(
              number,
              row,
              Cause.BLOCKED,
              "blocked by policy " + row.rule() + " (" + row.reason() + ")");
      case Decision.Approve approve -> new Held(this, number, command, approve).pass(waiting);
      case Decision.Allow _, Decision.Mask _ ->
          released(
              number,
              row,
              gate.journal().releasable(sequence, command.changesState()),
              Optional.empty(),
              error -> {});
    };
  }

  private long decided(long number, Command command) {
    Decision decision = command.decision();
    return gate.journal()
        .append(
            new Event.CommandDecided(
                id,
                number,
                command.text(),
                List.of(),
                command.facts(),
                decision.verdict(),
                decision.why().policyVersion(),
                decision.why().rows()));
  }

  /** The command runs as soon as its intent is on the record. */
  Passage released(
      long number,
      MatchedRow row,
      CompletionStage<Void> recorded,
      Optional<Release.Approval> approval,
      Consumer<Optional<String>> onEnd)
      throws InterruptedException {
    try {
      recorded.toCompletableFuture().get();
    } catch (ExecutionException e) {
      return unrecorded(number, row, e);
    }
    if (left.isDone()) {
      return refused(number, row, Cause.LEFT, "the session is over");
    }
    return new Passage.Released(new Release(gate.journal(), id, number, approval, onEnd));
  }

  Passage unrecorded(long number, MatchedRow row, Exception cause) {
    log.atError().addKeyValue("session", id).setCause(cause).log("command not recorded");
    return refused(
        number, row, Cause.UNAVAILABLE, "the journal cannot be written; nothing was run");
  }

  Passage refused(long number, MatchedRow row, Cause cause, String message) {
    return new Passage.Refused(cause, name(number), row, Optional.empty(), message);
  }

  /** Names a command for people. */
  String name(long number) {
    return id + "/" + number;
  }

  /**
   * The client has gone, or must go: what waits for a human is withdrawn, and nothing is released
   * any more. What has been released goes on.
   */
  public void leave(String reason) {
    left.complete(new Outcome.Withdrawn(reason));
  }

  /** Somebody ends the session: what is to be told of its end is why, whatever comes of that. */
  public void end(String reason) {
    ended.complete(reason);
    leave(reason);
  }

  /** Ends the session on the record; only the first end counts. */
  public void close(String reason) {
    leave(reason);
    if (closed.compareAndSet(false, true)) {
      gate.journal().append(new Event.SessionClosed(id, ended.getNow(reason), commands.get()));
    }
  }
}

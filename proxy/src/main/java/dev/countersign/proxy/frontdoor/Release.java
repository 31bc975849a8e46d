package dev.countersign.proxy.frontdoor;

import static java.util.Objects.requireNonNull;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.Event.ContentRecorded.Stream;
import dev.countersign.audit.event.SessionId;
import dev.countersign.audit.journal.Journal;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * A command that was let through: what the journal is to say of its running and its end. Safe for
 * any number of threads. Only the first end counts.
 */
public final class Release {

  private final Journal journal;
  private final SessionId session;
  private final long command;
  private final long releasedAt = System.nanoTime();
  private final Optional<Approval> approval;
  private final Consumer<Optional<String>> onEnd;
  private final AtomicBoolean ended = new AtomicBoolean();
  private volatile LongSupplier sent = () -> 0;

  /**
   * The yes that it runs on.
   *
   * @param by the approver's name
   * @param state what the command's object was when it was shown to the approver
   */
  public record Approval(String id, String by, String state) {}

  /**
   * @param approval empty where no human had to say yes
   * @param onEnd told once how it ended, after that is recorded: with an error, or empty
   */
  Release(
      Journal journal,
      SessionId session,
      long command,
      Optional<Approval> approval,
      Consumer<Optional<String>> onEnd) {
    this.approval = requireNonNull(approval, "approval");
    this.onEnd = requireNonNull(onEnd, "onEnd");
    this.journal = requireNonNull(journal, "journal");
    this.session = requireNonNull(session, "session");
    this.command = command;
  }

  /** Its name for people: {@code session/command}. */
  public String name() {
    return session + "/" + command;
  }

  /** The yes that it runs on; empty where no human had to say yes. */
  public Optional<Approval> approval() {
    return approval;
  }

  /**
   * Records what went over the wire while it ran.
   *
   * @throws dev.countersign.audit.journal.JournalException if that cannot be written: then it must
   *     not go over the wire
   */
  public void content(Stream stream, String content) {
    journal.append(new Event.ContentRecorded(session, command, stream, content));
  }

  /** Has counted what of this exchange's answer is sent until it ends. */
  public void answersIn(HttpExchange exchange) {
    long before = exchange.sent();
    sent = () -> exchange.sent() - before;
  }

  /** Records that it has done what it does. */
  public void completed(String status) {
    completed(status, 0, List.of());
  }

  /**
   * Records that it has done what it does.
   *
   * @param rows rows or objects that were sent to the client
   * @param masked what of them was masked
   */
  public void completed(String status, long rows, List<String> masked) {
    end(status, Optional.empty(), rows, masked);
  }

  /**
   * Records that it has failed.
   *
   * @param error the code of the failure: an HTTP status, or {@code rejected}
   */
  public void failed(String error) {
    end("", Optional.of(error), 0, List.of());
  }

  private void end(String status, Optional<String> error, long rows, List<String> masked) {
    if (!ended.compareAndSet(false, true)) {
      return;
    }
    journal.append(
        new Event.CommandCompleted(
            session,
            command,
            status,
            error,
            rows,
            sent.getAsLong(),
            masked,
            TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - releasedAt)));
    onEnd.accept(error);
  }
}

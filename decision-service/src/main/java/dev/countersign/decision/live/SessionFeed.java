package dev.countersign.decision.live;

import static java.util.Objects.requireNonNull;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.EventType;
import dev.countersign.audit.event.SessionId;
import dev.countersign.audit.journal.Journal;
import dev.countersign.decision.live.SessionLine.Draft;
import dev.countersign.decision.store.Database;
import dev.countersign.decision.store.Listening;
import dev.countersign.rules.fact.Subject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What runs in sessions while somebody reads along, whichever gateway they are on. Of a session
 * that nobody follows nothing is told. A session never waits for its readers: what they are too
 * slow for they find in the recording. Safe for any number of threads.
 */
public final class SessionFeed implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(SessionFeed.class);

  /** How long a session is told of after a reader last said that it reads. */
  public static final Duration READING = Duration.ofSeconds(30);

  private static final Duration LOOK = Duration.ofMillis(500);
  private static final Duration FORGETTING = Duration.ofSeconds(30);
  private static final int MOST_AT_ONCE = 100;
  private static final int MOST_QUEUED = 2000;

  private final SessionLineTable table;
  private final Journal journal;
  private final BlockingQueue<Draft> queue = new LinkedBlockingQueue<>(MOST_QUEUED);
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition more = lock.newCondition();
  private final Listening listening;
  private final Thread writer;
  private long rings;
  private long nextForgetting = System.nanoTime();
  private volatile boolean open = true;
  private volatile Set<String> followed = Set.of();

  private SessionFeed(Database database, Journal journal) {
    this.table = new SessionLineTable(database.jdbi());
    this.journal = requireNonNull(journal, "journal");
    this.listening =
        new Listening(
            database,
            "session-feed",
            List.of(SessionLineTable.FOLLOWED, SessionLineTable.LINES),
            LOOK,
            new Listening.Listener() {
              @Override
              public void look() {
                SessionFeed.this.look();
              }

              @Override
              public void away() {
                followed = Set.of();
              }
            });
    this.writer = Thread.ofVirtual().name("session-feed-writer").unstarted(this::write);
  }

  /**
   * Begins to listen for readers.
   *
   * @param journal where each reading is written before it begins
   */
  public static SessionFeed open(Database database, Journal journal) {
    SessionFeed feed = new SessionFeed(database, journal);
    feed.listening.start();
    feed.writer.start();
    return feed;
  }

  /** The same journal, its events told to those who follow their session. */
  public Journal telling(Journal events) {
    return new TellingJournal(events, this::tell);
  }

  private void tell(Event event) {
    Set<String> read = followed;
    if (read.isEmpty()
        || EventType.sessionOf(event).filter(id -> read.contains(id.value())).isEmpty()) {
      return;
    }
    // Whoever reads along sees a gap in the numbers of commands if there is no room.
    SessionLine.of(event).ifPresent(queue::offer);
  }

  /**
   * Begins to read along. That somebody does is on the record first.
   *
   * @return the number after which there is something to read
   */
  public long begin(SessionId session, Subject reader) {
    long sequence =
        journal.append(
            new Event.RecordingRead(reader.id() + " of " + reader.issuer(), session, "follow"));
    journal.durable(sequence).toCompletableFuture().join();
    return table.follow(session.value(), READING);
  }

  /** Says that somebody still reads; to be said well within {@link #READING}. */
  public void goOn(SessionId session) {
    table.follow(session.value(), READING);
  }

  /**
   * What came after a line, in order; waits a while if nothing has.
   *
   * @return empty if nothing came
   */
  public List<SessionLine> after(SessionId session, long id, Duration patience)
      throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    long heard = rings();
    List<SessionLine> lines = table.after(session.value(), id, MOST_AT_ONCE);
    while (lines.isEmpty() && awaitRing(heard, deadline)) {
      heard = rings();
      lines = table.after(session.value(), id, MOST_AT_ONCE);
    }
    return lines;
  }

  private long rings() {
    lock.lock();
    try {
      return rings;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until the listener rings again; false if it does not, or all is closed. */
  private boolean awaitRing(long heard, long deadline) throws InterruptedException {
    lock.lock();
    try {
      long left = deadline - System.nanoTime();
      while (open && rings == heard) {
        if (left <= 0) {
          return false;
        }
        left = more.awaitNanos(left);
      }
      return open && left > 0;
    } finally {
      lock.unlock();
    }
  }

  private void look() {
    followed = table.followed();
    ring();
    if (System.nanoTime() - nextForgetting >= 0) {
      table.forget();
      nextForgetting = System.nanoTime() + FORGETTING.toNanos();
    }
  }

  private void ring() {
    lock.lock();
    try {
      rings++;
      more.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void write() {
    while (open) {
      try {
        Optional<Draft> first =
            Optional.ofNullable(queue.poll(LOOK.toMillis(), TimeUnit.MILLISECONDS));
        if (first.isPresent()) {
          List<Draft> lines = new ArrayList<>(List.of(first.get()));
          queue.drainTo(lines, MOST_AT_ONCE);
          table.write(lines);
        }
      } catch (RuntimeException e) {
        log.atWarn().setCause(e).log("followers miss something; the recording has it");
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  @Override
  public void close() {
    open = false;
    listening.close();
    writer.interrupt();
    ring();
  }
}

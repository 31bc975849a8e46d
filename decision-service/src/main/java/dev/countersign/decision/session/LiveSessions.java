package dev.countersign.decision.session;

import static java.util.Objects.requireNonNull;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.SessionId;
import dev.countersign.audit.journal.Journal;
import dev.countersign.decision.store.Database;
import dev.countersign.decision.store.Listening;
import dev.countersign.rules.fact.Subject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sessions of this gateway, and a view of those of all gateways that share its database. A
 * session ends at its time, when it is killed, when its grant ends, and when its credential is
 * revoked, wherever that is said: within two seconds while the database answers. While it does not,
 * open sessions go on to their time, and nobody new is let in. Safe for any number of threads.
 */
public final class LiveSessions implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(LiveSessions.class);

  /** How often is looked for what no notification told of. */
  private static final Duration LOOK = Duration.ofMillis(500);

  private static final Duration HOUSEKEEPING = Duration.ofSeconds(1);

  /** One of this gateway's. Its end moves with that of its grant. */
  private static final class Open {
    private final Entrance entrance;
    private final Consumer<String> closer;
    private volatile Instant until;

    Open(Entrance entrance, Consumer<String> closer) {
      this.entrance = entrance;
      this.closer = closer;
      this.until = entrance.until();
    }

    void grantEnds(Instant end) {
      until = end.isBefore(entrance.atMost()) ? end : entrance.atMost();
    }
  }

  /** A door's hold on a session it has opened. Closing it says that the session is over. */
  public interface Handle extends AutoCloseable {
    @Override
    void close();
  }

  private final SessionTable table;
  private final Journal journal;
  private final int most;
  private final Runnable housekeeping;
  private final InstantSource clock;
  private final Map<String, Open> sessions = new ConcurrentHashMap<>();

  /** Those that are written down, or were. */
  private final Map<String, Entrance> entered = new ConcurrentHashMap<>();

  private final Listening listening;
  private long nextHousekeeping = System.nanoTime();

  private LiveSessions(
      Database database, Journal journal, int most, Runnable housekeeping, InstantSource clock) {
    this.table = new SessionTable(database.jdbi(), UUID.randomUUID());
    this.journal = requireNonNull(journal, "journal");
    this.most = most;
    this.housekeeping = requireNonNull(housekeeping, "housekeeping");
    this.clock = clock;
    this.listening =
        new Listening(
            database,
            "live-sessions",
            List.of(SessionTable.CHANNEL, "countersign_credential_revoked"),
            LOOK,
            new Listening.Listener() {
              @Override
              public void look() {
                LiveSessions.this.look();
              }

              @Override
              public void away() {
                endOver();
              }
            });
  }

  /**
   * Begins to listen.
   *
   * @param most how many sessions a subject may have open, on all gateways together
   * @param housekeeping is run every second while the database answers
   */
  public static LiveSessions open(
      Database database, Journal journal, int most, Runnable housekeeping) {
    LiveSessions sessions =
        new LiveSessions(database, journal, most, housekeeping, InstantSource.system());
    sessions.listening.start();
    return sessions;
  }

  /**
   * Lets a session begin. Touches the database: call it on a virtual thread.
   *
   * @param closer ends the session for the reason it is given; called at most once, on a thread of
   *     its own
   * @throws RuntimeException if the database cannot be reached: nobody is let in then
   */
  public Handle enter(Entrance entrance, Consumer<String> closer) throws TooManySessionsException {
    String id = entrance.id().value();
    sessions.put(id, new Open(entrance, closer));
    boolean written = false;
    try {
      written = table.insert(entrance, most);
      if (!written) {
        throw new TooManySessionsException(most);
      }
    } finally {
      if (!written) {
        sessions.remove(id);
      }
    }
    entered.put(id, entrance);
    if (!sessions.containsKey(id)) {
      // It was ended in between.
      entered.remove(id);
    }
    return () -> forget(id);
  }

  /** The sessions of all gateways, the newest first. */
  public List<LiveSession> list() {
    return table.list();
  }

  /** One of them. */
  public Optional<LiveSession> find(String id) {
    return table.find(id);
  }

  /**
   * Has a session ended, wherever it is. That is on the record before it happens.
   *
   * @return whether there is such a session
   */
  public boolean kill(String id, Subject by, String reason) {
    if (table.find(id).isEmpty()) {
      return false;
    }
    long sequence = journal.append(new Event.SessionKilled(new SessionId(id), by, reason));
    journal.releasable(sequence, true).toCompletableFuture().join();
    table.kill(id, "by " + by.name() + ": " + reason);
    end(table.toEnd());
    return true;
  }

  private void look() {
    endOver();
    if (System.nanoTime() - nextHousekeeping >= 0) {
      table.keep(entered.values());
      housekeeping.run();
      nextHousekeeping = System.nanoTime() + HOUSEKEEPING.toNanos();
    }
    if (!sessions.isEmpty()) {
      end(table.toEnd());
      table.grantEnds().forEach(this::grantEnds);
    }
  }

  private void grantEnds(String id, Instant end) {
    Open session = sessions.get(id);
    if (session != null) {
      session.grantEnds(end);
    }
  }

  /** Needs no database: nobody stays longer than his time because it is away. */
  private void endOver() {
    Instant now = clock.instant();
    sessions.forEach(
        (id, session) -> {
          if (!session.until.isAfter(now)) {
            end(id, "its time is over");
          }
        });
  }

  private void end(Map<String, String> reasons) {
    reasons.forEach(this::end);
  }

  private void end(String id, String reason) {
    Open session = forget(id);
    if (session != null) {
      Thread.startVirtualThread(() -> session.closer.accept(reason));
    }
  }

  private @Nullable Open forget(String id) {
    entered.remove(id);
    return sessions.remove(id);
  }

  /** Ends nothing: the doors end their sessions. */
  @Override
  public void close() {
    listening.close();
    try {
      table.keep(List.of());
    } catch (RuntimeException e) {
      log.atWarn().setCause(e).log("open sessions stay listed for a few seconds");
    }
  }
}

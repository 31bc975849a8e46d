package dev.countersign.proxy.frontdoor;

import static java.util.Objects.requireNonNull;

import dev.countersign.rules.fact.Subject;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Which requests are served now, and whose turn is next: so many at once, and of those who wait one
 * of each subject after the other. A quarter is never left to one subject alone. Safe for any
 * number of threads.
 */
public final class Turns {

  private static final Duration TOLD = Duration.ofMinutes(1);

  /** Whatever else is known of a subject: in another group it gets no more turns. */
  private record Key(String issuer, String id) {}

  /** Somebody who waits; no two are the same. */
  private static final class Place {
    private final CompletableFuture<Void> turn = new CompletableFuture<>();
  }

  private final int atOnce;
  private final int mostWaiting;
  private final Duration patience;
  private final Map<Key, Integer> running = new HashMap<>();

  /** Those of each subject in order; whose turn is next comes first. */
  private final Map<Key, Deque<Place>> waiting = new LinkedHashMap<>();

  private int all;
  private long toldAt;
  private boolean isTold;

  /**
   * @param atOnce how many are served at once
   * @param mostWaiting how many of one subject wait
   * @param patience how long one waits
   */
  public Turns(int atOnce, int mostWaiting, Duration patience) {
    this.atOnce = atOnce;
    this.mostWaiting = mostWaiting;
    this.patience = patience;
  }

  /** A turn that was taken. Used by one thread. */
  public final class Turn implements AutoCloseable {

    private final Key key;
    private boolean isHeld = true;

    private Turn(Key key) {
      this.key = key;
    }

    /** Whether another subject waits for it. */
    public boolean isWanted() {
      return othersWait(key);
    }

    /** While it waits for a human nobody else has to. */
    public void pause() {
      if (isHeld) {
        isHeld = false;
        release(key);
      }
    }

    /** A human has said yes: that is not put off any more. */
    public void resume() {
      if (!isHeld) {
        isHeld = true;
        takeAnyway(key);
      }
    }

    @Override
    public void close() {
      pause();
    }
  }

  /**
   * Takes a turn, and waits for it if it has to.
   *
   * @return nothing if too many wait already, or if it did not come in time
   */
  public Optional<Turn> take(Subject subject) throws InterruptedException {
    Key key = new Key(subject.issuer(), subject.id());
    Place next = new Place();
    synchronized (this) {
      if (!waiting.containsKey(key) && isFree(key)) {
        takeAnyway(key);
        return Optional.of(new Turn(key));
      }
      Deque<Place> queue = waiting.computeIfAbsent(key, unknown -> new ArrayDeque<>());
      if (queue.size() == mostWaiting) {
        return Optional.empty();
      }
      queue.add(next);
    }
    boolean isTaken = false;
    try {
      next.turn.get(patience.toMillis(), TimeUnit.MILLISECONDS);
      isTaken = true;
    } catch (TimeoutException e) {
      isTaken = !leave(key, next);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a turn is never exceptional", e);
    } catch (InterruptedException e) {
      if (!leave(key, next)) {
        release(key);
      }
      throw e;
    }
    return isTaken ? Optional.of(new Turn(key)) : Optional.empty();
  }

  private boolean isFree(Key key) {
    int most = Math.max(1, atOnce - atOnce / 4);
    return all < atOnce && running.getOrDefault(key, 0) < most;
  }

  private synchronized void takeAnyway(Key key) {
    all++;
    running.merge(key, 1, Integer::sum);
  }

  private synchronized boolean othersWait(Key key) {
    return waiting.size() > (waiting.containsKey(key) ? 1 : 0);
  }

  /** Whether it was still waiting. */
  private synchronized boolean leave(Key key, Place next) {
    Deque<Place> queue = waiting.get(key);
    if (queue == null || !queue.remove(next)) {
      return false;
    }
    if (queue.isEmpty()) {
      waiting.remove(key);
    }
    return true;
  }

  private synchronized void release(Key key) {
    all--;
    running.computeIfPresent(key, (same, count) -> count == 1 ? null : count - 1);
    Optional<Key> next = next();
    while (next.isPresent()) {
      Deque<Place> queue = requireNonNull(waiting.remove(next.get()), "queue");
      takeAnyway(next.get());
      queue.removeFirst().turn.complete(null);
      if (!queue.isEmpty()) {
        // Behind all others.
        waiting.put(next.get(), queue);
      }
      next = next();
    }
  }

  private Optional<Key> next() {
    for (Key key : waiting.keySet()) {
      if (isFree(key)) {
        return Optional.of(key);
      }
    }
    return Optional.empty();
  }

  /** Whether it is to be said that there are too many: once a minute is enough. */
  public synchronized boolean isToBeTold() {
    long now = System.nanoTime();
    if (isTold && now - toldAt < TOLD.toNanos()) {
      return false;
    }
    isTold = true;
    toldAt = now;
    return true;
  }

  /** How many are served now. */
  synchronized int served() {
    return all;
  }

  /** How many wait. */
  synchronized int waiting() {
    return waiting.values().stream().mapToInt(Deque::size).sum();
  }
}

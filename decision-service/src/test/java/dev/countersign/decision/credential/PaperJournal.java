package dev.countersign.decision.credential;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.journal.Journal;
import dev.countersign.audit.journal.JournalException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/** A journal in memory that can be full. */
public final class PaperJournal implements Journal {

  public final List<Event> events = new CopyOnWriteArrayList<>();
  private volatile boolean full;

  /** From now on nothing can be written. */
  public void full(boolean isFull) {
    full = isFull;
  }

  @Override
  public boolean isWritable() {
    return !full;
  }

  @Override
  public long append(Event event) {
    if (full) {
      throw new JournalException.Unwritable("no space left", null);
    }
    events.add(event);
    return events.size();
  }

  @Override
  public CompletionStage<Void> durable(long sequence) {
    return CompletableFuture.completedFuture(null);
  }
}

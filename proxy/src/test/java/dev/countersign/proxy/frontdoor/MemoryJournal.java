package dev.countersign.proxy.frontdoor;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.journal.Journal;
import dev.countersign.audit.journal.JournalException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/** A journal in memory, which can be made to fail. */
public final class MemoryJournal implements Journal {

  private final List<Event> events = new CopyOnWriteArrayList<>();
  private volatile boolean broken;

  public void broken(boolean now) {
    broken = now;
  }

  @Override
  public synchronized long append(Event event) {
    if (broken) {
      throw new JournalException.Unwritable("the disk is full", new java.io.IOException("ENOSPC"));
    }
    events.add(event);
    return events.size();
  }

  @Override
  public boolean isWritable() {
    return !broken;
  }

  @Override
  public CompletionStage<Void> durable(long sequence) {
    return CompletableFuture.runAsync(() -> {});
  }

  @Override
  public CompletionStage<Void> releasable(long sequence, boolean changesState) {
    return changesState ? durable(sequence) : CompletableFuture.completedStage(null);
  }

  /** The events of one type, in order. */
  public <T extends Event> List<T> of(Class<T> type) {
    return events.stream().filter(type::isInstance).map(type::cast).toList();
  }

  public void clear() {
    events.clear();
  }
}

package dev.countersign.decision.live;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.journal.Journal;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** A journal whose events somebody else hears of, after they are written. */
record TellingJournal(Journal journal, Consumer<Event> hearer) implements Journal {

  @Override
  public long append(Event event) {
    long sequence = journal.append(event);
    hearer.accept(event);
    return sequence;
  }

  @Override
  public CompletionStage<Void> durable(long sequence) {
    return journal.durable(sequence);
  }

  @Override
  public boolean isWritable() {
    return journal.isWritable();
  }

  @Override
  public CompletionStage<Void> releasable(long sequence, boolean changesState) {
    return journal.releasable(sequence, changesState);
  }
}

package dev.countersign.audit.journal;

import dev.countersign.audit.event.Event;
import java.util.concurrent.CompletionStage;

/**
 * The append-only record of everything that happened. Safe for any number of threads.
 *
 * <p>An append survives the death of this process when the call returns, and the death of the
 * machine when {@link #durable} completes.
 */
public interface Journal {

  /**
   * Appends an event.
   *
   * @return its global sequence, counted from 1
   * @throws JournalException if it cannot be written: then whatever the event announces must not
   *     happen
   */
  long append(Event event);

  /**
   * Whether it can be written as far as is known. While it cannot, nothing is let through; while
   * its disk does not answer, nothing that waits for the disk.
   */
  boolean isWritable();

  /**
   * Completes when everything up to that sequence is on stable storage; all that wait share one
   * fsync. Fails with {@link JournalException} if that cannot be had. Completes on a thread of the
   * journal: do not block there.
   */
  CompletionStage<Void> durable(long sequence);

  /**
   * Completes when the command that this event announces may be released: at once where written is
   * enough, otherwise with {@link #durable}. What the owner configured ({@code journal.sync}) can
   * only make it wait longer.
   *
   * @param changesState whether the command can change something that outlives its session
   */
  default CompletionStage<Void> releasable(long sequence, boolean changesState) {
    return durable(sequence);
  }
}

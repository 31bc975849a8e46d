package dev.countersign.audit.journal;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.RecordedEvent;

/**
 * A record that has its place in the order of things but is not in a file yet.
 *
 * @param content salt and payload
 * @param event what the payload says
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record PendingRecord(
    long sequence,
    long sessionSequence,
    long micros,
    byte[] content,
    byte[] commitment,
    Event event) {

  /** As whoever reads the journal gets it. */
  RecordedEvent recorded() {
    return new RecordedEvent(sequence, sessionSequence, SegmentHeader.instant(micros), event);
  }

  /** As long as it is in an encrypted segment, where it is longest. */
  int frameLength() {
    return RecordFrame.length(this, true);
  }
}

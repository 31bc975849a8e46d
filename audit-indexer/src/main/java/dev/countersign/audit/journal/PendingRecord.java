package dev.countersign.audit.journal;

/**
 * A record that has its place in the order of things but is not in a file yet.
 *
 * @param content salt and payload
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record PendingRecord(
    long sequence, long sessionSequence, long micros, byte[] content, byte[] commitment) {

  /** As long as it is in an encrypted segment, where it is longest. */
  int frameLength() {
    return RecordFrame.length(this, true);
  }
}

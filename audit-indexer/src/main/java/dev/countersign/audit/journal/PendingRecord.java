package dev.countersign.audit.journal;

/** A record that has its place in the order of things but is not in a file yet. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record PendingRecord(
    long sequence, long sessionSequence, long micros, byte[] payload, byte[] payloadHash) {

  int frameLength() {
    return RecordFrame.OVERHEAD + payload.length;
  }
}

package dev.countersign.audit.event;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * An event and its place in the journal.
 *
 * @param sequence counts the events of the journal from 1, without gaps
 * @param sessionSequence counts the events of a session from 1; 0 for an event of no session
 * @param time when it was appended, to the microsecond; never before its predecessor's
 */
public record RecordedEvent(long sequence, long sessionSequence, Instant time, Event event) {

  public RecordedEvent {
    requireNonNull(time, "time");
    requireNonNull(event, "event");
  }
}

package dev.countersign.audit.event;

/** Stored JSON that is no event of this version's catalogue. The message holds no payload. */
public final class UnreadableEventException extends RuntimeException {

  private static final long serialVersionUID = 1;

  UnreadableEventException(String message) {
    super(message);
  }
}

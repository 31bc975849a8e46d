package dev.countersign.audit.replay;

import dev.countersign.audit.event.Event;

/** An event in words, cut to one line. */
public final class EventLine {

  private EventLine() {}

  /** At most so many characters, safe for a terminal. */
  public static String of(Event event, int width) {
    return VisibleText.excerpt(EventText.of(event).lines().findFirst().orElse(""), width);
  }
}

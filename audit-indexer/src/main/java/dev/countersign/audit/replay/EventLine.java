package dev.countersign.audit.replay;

import dev.countersign.audit.event.Event;

/** An event in words, safe for a terminal. */
public final class EventLine {

  private EventLine() {}

  /** Its first line, at most so many characters. */
  public static String of(Event event, int width) {
    return VisibleText.excerpt(EventText.of(event).lines().findFirst().orElse(""), width);
  }

  /** All its lines, at most so many characters. */
  public static String whole(Event event, int most) {
    String text = EventText.of(event);
    return text.length() <= most ? text : text.substring(0, most) + " …";
  }
}

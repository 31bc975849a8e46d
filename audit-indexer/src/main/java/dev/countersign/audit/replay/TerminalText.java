package dev.countersign.audit.replay;

/** What a terminal's output says, without what it does. */
public final class TerminalText {

  private TerminalText() {}

  /** The characters that would have been seen, in the order in which they came. */
  public static String plain(String output) {
    return TerminalFilter.plain().filter(output);
  }
}

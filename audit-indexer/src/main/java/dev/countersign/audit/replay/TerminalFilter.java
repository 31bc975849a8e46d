package dev.countersign.audit.replay;

/**
 * What a recorded terminal may do to the terminal of who watches: print, colour, move the cursor
 * and erase. Everything else that an escape sequence can do (write the clipboard, set the title,
 * make links, answer, switch modes) is dropped. Remembers a sequence that its next chunk ends.
 *
 * @see <a href="https://invisible-island.net/xterm/ctlseqs/ctlseqs.html">Control sequences</a>
 */
final class TerminalFilter {

  /** Cursor, erase, insert and delete, scroll, colour. */
  private static final String HARMLESS_FINALS = "@ABCDEFGHJKLMPSTXdfmr";

  private static final int LONGEST_CONTROL = 64;

  /** A string that never ends would hide all that follows. */
  private static final int LONGEST_STRING = 4_096;

  /** No screen is larger; a cursor that is sent further only costs time. */
  private static final int FURTHEST = 999;

  private enum State {
    TEXT,
    ESCAPE,
    /** After {@code ESC (} and the like: one more character belongs to it. */
    CHARSET,
    CONTROL,
    /** OSC, DCS, APC, PM, SOS: until BEL or ST. */
    STRING,
    STRING_ESCAPE
  }

  private final boolean keeps;
  private final StringBuilder control = new StringBuilder();
  private State state = State.TEXT;
  private int stringLength;

  private TerminalFilter(boolean keeps) {
    this.keeps = keeps;
  }

  /** Keeps colours and cursor movements. */
  static TerminalFilter keeping() {
    return new TerminalFilter(true);
  }

  /** Keeps text only. */
  static TerminalFilter plain() {
    return new TerminalFilter(false);
  }

  /** What may be written of the next chunk. */
  String filter(String chunk) {
    StringBuilder out = new StringBuilder(chunk.length());
    chunk.codePoints().forEach(c -> next(c, out));
    return out.toString();
  }

  private void next(int c, StringBuilder out) {
    switch (state) {
      case TEXT -> text(c, out);
      case ESCAPE -> escape(c, out);
      case CHARSET -> state = State.TEXT;
      case CONTROL -> control(c, out);
      case STRING -> string(c);
      case STRING_ESCAPE -> {
        state = c == '\\' ? State.TEXT : State.ESCAPE;
        if (state == State.ESCAPE) {
          escape(c, out);
        }
      }
    }
  }

  private void text(int c, StringBuilder out) {
    switch (c) {
      case 0x1b -> state = State.ESCAPE;
      case 0x9b -> beginControl();
      case 0x90, 0x98, 0x9d, 0x9e, 0x9f -> beginString();
      case '\n', '\t' -> out.appendCodePoint(c);
      case '\r', '\b' -> {
        if (keeps) {
          out.appendCodePoint(c);
        }
      }
      default -> {
        if (c >= 0x20 && (c < 0x7f || c > 0x9f)) {
          out.append(VisibleText.line(Character.toString(c)));
        }
      }
    }
  }

  private void escape(int c, StringBuilder out) {
    switch (c) {
      case '[' -> beginControl();
      case ']', 'P', 'X', '^', '_' -> beginString();
      case '(', ')', '*', '+', '-', '.', '/', '#', '%', ' ' -> state = State.CHARSET;
      case 0x1b -> state = State.ESCAPE;
      default -> {
        state = State.TEXT;
        if (keeps && (c == '7' || c == '8')) {
          out.append('\u001b').appendCodePoint(c);
        }
      }
    }
  }

  private void beginControl() {
    control.setLength(0);
    state = State.CONTROL;
  }

  private void beginString() {
    stringLength = 0;
    state = State.STRING;
  }

  private void control(int c, StringBuilder out) {
    if (c == 0x1b) {
      state = State.ESCAPE;
    } else if (c >= 0x40 && c <= 0x7e) {
      state = State.TEXT;
      if (keeps && HARMLESS_FINALS.indexOf(c) >= 0 && isHarmless(control)) {
        out.append("\u001b[").append(control).appendCodePoint(c);
      }
    } else if (c >= 0x20 && c < 0x40 && control.length() < LONGEST_CONTROL) {
      control.appendCodePoint(c);
    } else {
      state = State.TEXT;
      text(c, out);
    }
  }

  /** Numbers and semicolons: private markers and intermediates mean something else. */
  private static boolean isHarmless(CharSequence parameters) {
    int number = 0;
    for (int i = 0; i < parameters.length(); i++) {
      char c = parameters.charAt(i);
      if (c == ';' || c == ':') {
        number = 0;
      } else if (c >= '0' && c <= '9') {
        number = number * 10 + c - '0';
      } else {
        return false;
      }
      if (number > FURTHEST) {
        return false;
      }
    }
    return true;
  }

  private void string(int c) {
    if (c == 0x07 || c == 0x9c || c == 0x18 || c == 0x1a || ++stringLength > LONGEST_STRING) {
      state = State.TEXT;
    } else if (c == 0x1b) {
      state = State.STRING_ESCAPE;
    }
  }
}

package dev.countersign.proxy.postgres.sql;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;

/**
 * Reads the JSON that libpg_query writes into a tree, as little of it as is asked for: a text is
 * not decoded before somebody wants it, and where in the SQL a part stood is left out.
 *
 * <p>Confined to one thread at a time. It remembers names, and nothing else.
 */
final class TreeReader {

  /** A tree that nests deeper than is read: two or three levels for one level of SQL. */
  static final class TooDeep extends Exception {
    private static final long serialVersionUID = 1;

    TooDeep() {
      super("the tree is too deep");
    }
  }

  static final int MAX_DEPTH = 2_000;

  /** A power of two, well above the number of names in PostgreSQL's trees. */
  private static final int REMEMBERED = 4_096;

  /** Parts of a tree that wait to be put together; more need more room for a while. */
  private static final int USUALLY_OPEN = 1_024;

  private static final int HEX_DIGITS = 4;
  private static final byte[] NONE = {};
  private static final String PLACE = "location";

  private final String[] remembered = new String[REMEMBERED];

  /** The same as bytes. */
  private final byte[][] spelt = new byte[REMEMBERED][];

  /** Names and nodes of what is being read, innermost last. */
  private Object[] open = new Object[USUALLY_OPEN];

  private int count;

  /** How far {@link #open} was filled. */
  private int most;

  /** Where in {@link #open} the nodes of each level begin; negative for a list's. */
  private final int[] levels = new int[MAX_DEPTH];

  private int depth;
  private byte[] bytes = NONE;
  private int end;
  private int at;

  TreeReader() {
    Arrays.fill(remembered, "");
    Arrays.fill(spelt, NONE);
  }

  /**
   * Reads a tree.
   *
   * @param json the tree keeps it
   * @param length how many bytes of it are the tree's
   * @throws IllegalStateException if it is not JSON
   */
  Node read(byte[] json, int length) throws TooDeep {
    bytes = json;
    end = length;
    at = 0;
    depth = 0;
    count = 0;
    try {
      Node root = tree();
      if (at != end) {
        throw broken();
      }
      return root;
    } finally {
      bytes = NONE;
      if (open.length > USUALLY_OPEN) {
        open = new Object[USUALLY_OPEN];
      }
      Arrays.fill(open, 0, Math.min(most, open.length), null);
      most = 0;
    }
  }

  /** Not by recursion: how deep it may go is ours to say, and not the stack's. */
  private Node tree() throws TooDeep {
    while (true) {
      if (begins('{', count)) {
        if (peek() != '}') {
          field();
          continue;
        }
      } else if (begins('[', ~count)) {
        if (peek() != ']') {
          continue;
        }
      } else {
        add(peek() == '"' ? text() : literal());
      }
      if (ends()) {
        return (Node) open[0];
      }
    }
  }

  /** Whether a level begins here, which is then entered. */
  private boolean begins(char bracket, int level) throws TooDeep {
    if (peek() != bracket) {
      return false;
    }
    if (depth == MAX_DEPTH) {
      throw new TooDeep();
    }
    at++;
    levels[depth] = level;
    depth++;
    return true;
  }

  /** Ends the levels that end here; false if another value comes. */
  private boolean ends() {
    while (depth > 0) {
      boolean isList = levels[depth - 1] < 0;
      if (peek() == ',') {
        at++;
        if (!isList) {
          field();
        }
        return false;
      }
      expect(isList ? ']' : '}');
      depth--;
      add(isList ? items(~levels[depth]) : fields(levels[depth]));
    }
    return true;
  }

  /** A field's name, and the colon. */
  private void field() {
    push(name());
    expect(':');
  }

  /** A value is there; with its name it goes again if it only tells a place. */
  private void add(Node value) {
    boolean isPlace =
        value instanceof Node.Literal
            && depth > 0
            && levels[depth - 1] >= 0
            && PLACE.equals(open[count - 1]);
    if (isPlace) {
      count--;
    } else {
      push(value);
    }
  }

  private Node fields(int first) {
    int size = (count - first) / 2;
    String[] names = new String[size];
    Node[] values = new Node[size];
    for (int i = 0; i < size; i++) {
      names[i] = (String) open[first + 2 * i];
      values[i] = (Node) open[first + 2 * i + 1];
    }
    count = first;
    return new Node.Fields(names, values);
  }

  private Node items(int first) {
    Node[] items = Arrays.copyOfRange(open, first, count, Node[].class);
    count = first;
    return new Node.Items(items);
  }

  private void push(Object part) {
    if (count == open.length) {
      open = Arrays.copyOf(open, 2 * count);
    }
    open[count] = part;
    count++;
    most = Math.max(most, count);
  }

  private Node text() {
    int from = at + 1;
    boolean isEscaped = false;
    int to = from;
    while (to < end && bytes[to] != '"') {
      if (bytes[to] == '\\') {
        isEscaped = true;
        to++;
      }
      to++;
    }
    if (to >= end) {
      throw broken();
    }
    at = to + 1;
    return new Node.Text(bytes, from, to, isEscaped);
  }

  private String name() {
    expect('"');
    int from = at;
    int hash = 0;
    for (byte b = next(); b != '"'; b = next()) {
      hash = 31 * hash + b;
    }
    return remembered(from, at - 1, hash);
  }

  private Node literal() {
    int from = at;
    int hash = 0;
    while (at < end && isLiteral(bytes[at])) {
      hash = 31 * hash + bytes[at];
      at++;
    }
    String literal = remembered(from, at, hash);
    if (literal.isEmpty()) {
      throw broken();
    }
    return literal.equals("null") ? Node.MISSING : new Node.Literal(literal);
  }

  private static boolean isLiteral(byte b) {
    return (b >= '0' && b <= '9')
        || (b >= 'a' && b <= 'z')
        || b == '-'
        || b == '+'
        || b == '.'
        || b == 'E';
  }

  /** The characters from there to there: names are few, and most are those of the tree before. */
  private String remembered(int from, int to, int hash) {
    int slot = (hash ^ hash >>> 12) & REMEMBERED - 1;
    if (!Arrays.equals(bytes, from, to, spelt[slot], 0, spelt[slot].length)) {
      spelt[slot] = Arrays.copyOfRange(bytes, from, to);
      remembered[slot] = new String(spelt[slot], ISO_8859_1).intern();
    }
    return remembered[slot];
  }

  private byte next() {
    if (at >= end) {
      throw broken();
    }
    byte next = bytes[at];
    at++;
    return next;
  }

  private int peek() {
    if (at >= end) {
      throw broken();
    }
    return bytes[at];
  }

  private void expect(char c) {
    if (peek() != c) {
      throw broken();
    }
    at++;
  }

  private IllegalStateException broken() {
    return new IllegalStateException("the parser's tree is no JSON at byte " + at);
  }

  /** What a JSON text means. */
  static String unescape(String written) {
    StringBuilder text = new StringBuilder(written.length());
    int copied = 0;
    int escape = written.indexOf('\\');
    while (escape >= 0) {
      text.append(written, copied, escape);
      char kind = written.charAt(escape + 1);
      copied = escape + 2;
      if (kind == 'u') {
        copied += HEX_DIGITS;
        text.append(codeUnit(written, escape + 2));
      } else {
        text.append(meant(kind));
      }
      escape = written.indexOf('\\', copied);
    }
    return text.append(written, copied, written.length()).toString();
  }

  private static char codeUnit(String written, int from) {
    if (from + HEX_DIGITS > written.length()) {
      throw new IllegalStateException("the parser's tree has a text that is no JSON");
    }
    return (char) Integer.parseInt(written, from, from + HEX_DIGITS, 16);
  }

  private static char meant(char escaped) {
    return switch (escaped) {
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      default -> escaped;
    };
  }
}

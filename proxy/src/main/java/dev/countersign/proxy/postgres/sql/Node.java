package dev.countersign.proxy.postgres.sql;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;

/**
 * A part of PostgreSQL's parse tree: fields, items, a text, a literal, or nothing at all. Asking
 * for what is not there gives {@link #MISSING}, and what that holds is empty.
 */
sealed interface Node extends Iterable<Node> {

  Node MISSING = new Missing();

  default Node path(String field) {
    return MISSING;
  }

  default Node path(int position) {
    return MISSING;
  }

  default boolean has(String field) {
    return !path(field).isMissing();
  }

  default boolean isMissing() {
    return false;
  }

  /** Whether anything in it has a field of that name. */
  default boolean mentions(String field) {
    return false;
  }

  /** How many fields or items it has. */
  default int size() {
    return 0;
  }

  default boolean isEmpty() {
    return size() == 0;
  }

  /** A text or literal as it reads; what is given if there is none. */
  default String asText(String absent) {
    return absent;
  }

  /** A number; zero if it is none. */
  default int asInt() {
    return 0;
  }

  default boolean asBoolean() {
    return false;
  }

  /** Its items; none if it is no list. */
  @Override
  default Iterator<Node> iterator() {
    return Collections.emptyIterator();
  }

  /** Nothing: PostgreSQL leaves out what is zero, false or NULL. */
  final class Missing implements Node {
    private Missing() {}

    @Override
    public boolean isMissing() {
      return true;
    }
  }

  /** Fields by name, in the order they were written in. */
  final class Fields implements Node {

    private final String[] names;
    private final Node[] values;

    Fields(String[] names, Node[] values) {
      this.names = names;
      this.values = values;
    }

    String name(int position) {
      return names[position];
    }

    Node value(int position) {
      return values[position];
    }

    @Override
    public Node path(String field) {
      for (int i = 0; i < names.length; i++) {
        if (names[i].equals(field)) {
          return values[i];
        }
      }
      return MISSING;
    }

    @Override
    public boolean mentions(String field) {
      for (int i = 0; i < names.length; i++) {
        if (names[i].equals(field) || values[i].mentions(field)) {
          return true;
        }
      }
      return false;
    }

    @Override
    public int size() {
      return names.length;
    }
  }

  /** A list. */
  final class Items implements Node {

    private final Node[] items;

    Items(Node[] items) {
      this.items = items;
    }

    @Override
    public Node path(int position) {
      return position >= 0 && position < items.length ? items[position] : MISSING;
    }

    @Override
    public boolean mentions(String field) {
      for (Node item : items) {
        if (item.mentions(field)) {
          return true;
        }
      }
      return false;
    }

    @Override
    public int size() {
      return items.length;
    }

    @Override
    public Iterator<Node> iterator() {
      return Arrays.asList(items).iterator();
    }
  }

  /** A text; it stays in the bytes it was read from until somebody asks. */
  final class Text implements Node {

    private final byte[] bytes;
    private final int from;
    private final int to;
    private final boolean isEscaped;

    Text(byte[] bytes, int from, int to, boolean isEscaped) {
      this.bytes = bytes;
      this.from = from;
      this.to = to;
      this.isEscaped = isEscaped;
    }

    @Override
    public String asText(String absent) {
      String written = new String(bytes, from, to - from, UTF_8);
      return isEscaped ? TreeReader.unescape(written) : written;
    }
  }

  /** A number, true or false. */
  record Literal(String written) implements Node {

    @Override
    public String asText(String absent) {
      return written;
    }

    @Override
    public int asInt() {
      try {
        return Integer.parseInt(written);
      } catch (NumberFormatException notOne) {
        return 0;
      }
    }

    @Override
    public boolean asBoolean() {
      return written.equals("true");
    }
  }
}

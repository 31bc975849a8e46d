package dev.countersign.proxy.postgres;

import java.util.ArrayList;
import java.util.List;

/**
 * The savepoints of a transaction, the newest last. A portal belongs to the level at which it was
 * made: how many savepoints there were.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-savepoint.html">SAVEPOINT</a>
 */
final class Savepoints {

  private final List<String> names;

  Savepoints() {
    this(new ArrayList<>());
  }

  private Savepoints(List<String> names) {
    this.names = names;
  }

  Savepoints copy() {
    return new Savepoints(new ArrayList<>(names));
  }

  int level() {
    return names.size();
  }

  void set(String name) {
    names.add(name);
  }

  /**
   * Rolled back to.
   *
   * @return the lowest level of which nothing is left
   */
  int rolledBackTo(String name) {
    int level = names.lastIndexOf(name) + 1;
    names.subList(level, names.size()).clear();
    return level;
  }

  /**
   * Released, with those that are newer.
   *
   * @return the level to which all that is above it belongs now
   */
  int released(String name) {
    int level = Math.max(0, names.lastIndexOf(name));
    names.subList(level, names.size()).clear();
    return level;
  }

  void clear() {
    names.clear();
  }
}

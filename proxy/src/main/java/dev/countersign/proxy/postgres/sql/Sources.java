package dev.countersign.proxy.postgres.sql;

import java.util.Set;
import java.util.TreeSet;

/** What an expression's value is made of, by name. Filled while the expression is read. */
final class Sources {

  private final Set<String> names = new TreeSet<>();
  private boolean everything;
  private boolean unknown;

  /** The value of a column, or of a whole row by the name of its range. */
  void addName(String name) {
    names.add(name);
  }

  /** It may be made of anything in the statement: a star, or a name that nobody can resolve. */
  void addEverything() {
    everything = true;
  }

  /** It may be made of anything in the database: a function of which nothing is known. */
  void addUnknown() {
    unknown = true;
  }

  void addAll(Sources other) {
    names.addAll(other.names);
    everything |= other.everything;
    unknown |= other.unknown;
  }

  static Sources of(String name) {
    Sources sources = new Sources();
    sources.addName(name);
    return sources;
  }

  static Sources ofEverything() {
    Sources sources = new Sources();
    sources.addEverything();
    return sources;
  }

  static Sources ofUnknown() {
    Sources sources = new Sources();
    sources.addUnknown();
    return sources;
  }

  Set<String> names() {
    return names;
  }

  boolean isEmpty() {
    return names.isEmpty() && !everything && !unknown;
  }

  boolean isEverything() {
    return everything;
  }

  boolean isUnknown() {
    return unknown;
  }
}

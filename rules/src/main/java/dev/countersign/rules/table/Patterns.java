package dev.countersign.rules.table;

import dev.countersign.rules.fact.Glob;
import dev.countersign.rules.workbook.SqlRow;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The distinct patterns of a column, and which of them a name matches. Plain names are looked up,
 * {@code abc*} is walked letter by letter, the few others are tried; answers are kept for names
 * that were asked before.
 */
final class Patterns {

  /** Names are chosen by those who ask: the memory of them is bounded. */
  static final int MOST_REMEMBERED = 20_000;

  private static final int LONGEST_REMEMBERED = 200;

  private final Map<String, String> exact = new HashMap<>();
  private final Prefix prefixes = new Prefix();
  private final List<Glob> others = new ArrayList<>();
  private final Map<String, Set<String>> remembered = new ConcurrentHashMap<>();

  Patterns(Collection<String> distinct) {
    for (String pattern : new HashSet<>(distinct)) {
      int star = pattern.indexOf('*');
      if (pattern.equals(SqlRow.NO_OBJECT)) {
        exact.put("", pattern);
      } else if (star < 0) {
        exact.put(pattern, pattern);
      } else if (star == pattern.length() - 1) {
        prefixes.add(pattern);
      } else {
        others.add(new Glob(pattern));
      }
    }
  }

  /** The patterns that match the name. */
  Set<String> matching(String name) {
    Set<String> known = remembered.get(name);
    if (known != null) {
      return known;
    }
    Set<String> found = match(name);
    if (name.length() <= LONGEST_REMEMBERED && remembered.size() < MOST_REMEMBERED) {
      remembered.put(name, found);
    }
    return found;
  }

  private Set<String> match(String name) {
    Set<String> found = new HashSet<>();
    String same = exact.get(name);
    if (same != null) {
      found.add(same);
    }
    prefixes.collect(name, found);
    for (Glob glob : others) {
      if (glob.matches(name)) {
        found.add(glob.pattern());
      }
    }
    return Set.copyOf(found);
  }

  /** A letter of the tree of prefixes. */
  private static final class Prefix {
    private final Map<Character, Prefix> next = new TreeMap<>();
    private String pattern = "";

    void add(String pattern) {
      Prefix at = this;
      for (int i = 0; i < pattern.length() - 1; i++) {
        at = at.next.computeIfAbsent(pattern.charAt(i), letter -> new Prefix());
      }
      at.pattern = pattern;
    }

    void collect(String name, Set<String> found) {
      Prefix at = this;
      for (int i = 0; at != null; i++) {
        if (!at.pattern.isEmpty()) {
          found.add(at.pattern);
        }
        at = i < name.length() ? at.next.get(name.charAt(i)) : null;
      }
    }
  }
}

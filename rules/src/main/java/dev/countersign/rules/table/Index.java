package dev.countersign.rules.table;

import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.SqlAccess;
import dev.countersign.rules.fact.SqlStatement;
import dev.countersign.rules.fact.SqlVerb;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Files every row under the rarest of its cells, so that an access meets only rows that share one
 * with it. A row with several values in that cell is filed under each of them.
 */
final class Index {

  /** The column a row is filed under; its letter begins the key. */
  enum Kind {
    OBJECT("O:"),
    RESOURCE("R:"),
    GROUP("G:"),
    NONE("-");

    private final String letter;

    Kind(String letter) {
      this.letter = letter;
    }

    private Set<String> cells(Row row) {
      return switch (this) {
        case OBJECT -> row.objects();
        case RESOURCE -> row.resources();
        case GROUP -> row.groups();
        case NONE -> Set.of("");
      };
    }
  }

  /** Where a row is filed. */
  record Filing(Kind kind, List<String> keys) {}

  /**
   * A key that rows are filed under.
   *
   * @param verbs those that one of these rows speaks of
   */
  private record Key(String text, Set<SqlVerb> verbs) {
    Key(String text) {
      this(text, EnumSet.noneOf(SqlVerb.class));
    }
  }

  private static final Set<SqlVerb> EVERY_VERB = EnumSet.allOf(SqlVerb.class);
  private static final List<Kind> COLUMNS = List.of(Kind.OBJECT, Kind.RESOURCE, Kind.GROUP);

  private final Patterns objects;
  private final Patterns resources;
  private final List<Filing> filings = new ArrayList<>();
  private final Map<String, Key> keysOfObjects = new HashMap<>();
  private final Map<String, Key> keysOfResources = new HashMap<>();
  private final Map<String, Key> keysOfGroups = new HashMap<>();
  private final Map<String, Key> keyOfNone = new HashMap<>();

  Index(List<Row> rows) {
    objects = new Patterns(rows.stream().flatMap(row -> row.objects().stream()).toList());
    resources = new Patterns(rows.stream().flatMap(row -> row.resources().stream()).toList());
    Map<String, Integer> frequency = new HashMap<>();
    for (Row row : rows) {
      for (Kind kind : COLUMNS) {
        kind.cells(row).forEach(cell -> frequency.merge(kind.letter + cell, 1, Integer::sum));
      }
    }
    for (Row row : rows) {
      Kind kind = rarest(row, frequency);
      List<String> keys = new ArrayList<>();
      for (String cell : kind.cells(row)) {
        Key key = keysOf(kind).computeIfAbsent(cell, value -> new Key(kind.letter + value));
        key.verbs().addAll(row.verbs().isEmpty() ? EVERY_VERB : row.verbs());
        keys.add(key.text());
      }
      filings.add(new Filing(kind, keys));
    }
  }

  private static Kind rarest(Row row, Map<String, Integer> frequency) {
    Kind rarest = Kind.NONE;
    int least = Integer.MAX_VALUE;
    for (Kind kind : COLUMNS) {
      int rows =
          kind.cells(row).stream()
              .mapToInt(cell -> frequency.getOrDefault(kind.letter + cell, 0))
              .sum();
      if (rows > 0 && rows < least) {
        least = rows;
        rarest = kind;
      }
    }
    return rarest;
  }

  private Map<String, Key> keysOf(Kind kind) {
    return switch (kind) {
      case OBJECT -> keysOfObjects;
      case RESOURCE -> keysOfResources;
      case GROUP -> keysOfGroups;
      case NONE -> keyOfNone;
    };
  }

  /** Where the row of that index is filed. */
  Filing filing(int row) {
    return filings.get(row);
  }

  /**
   * The facts of a statement: for each access one under each key under which some row speaks of its
   * verb.
   */
  void atoms(Set<String> groups, Resource resource, SqlStatement statement, Consumer<Atom> sink) {
    Set<String> resourcePatterns = resources.matching(resource.name());
    for (int i = 0; i < statement.accesses().size(); i++) {
      SqlAccess access = statement.accesses().get(i);
      Set<String> objectPatterns = matching(access);
      int number = i;
      Consumer<Key> fact =
          key -> {
            if (key.verbs().contains(access.verb())) {
              sink.accept(
                  new Atom(
                      number,
                      key.text(),
                      access.verb().name(),
                      resource.environment(),
                      objectPatterns,
                      resourcePatterns,
                      groups,
                      access.filtered(),
                      statement.opaque()));
            }
          };
      each(objectPatterns, keysOfObjects, fact);
      each(resourcePatterns, keysOfResources, fact);
      each(groups, keysOfGroups, fact);
      keyOfNone.values().forEach(fact);
    }
  }

  private Set<String> matching(SqlAccess access) {
    Set<String> own = objects.matching(access.object());
    if (access.partOf().isEmpty()) {
      return own;
    }
    Set<String> all = new HashSet<>(own);
    access.partOf().forEach(whole -> all.addAll(objects.matching(whole)));
    return all;
  }

  private static void each(Set<String> cells, Map<String, Key> keys, Consumer<Key> fact) {
    if (keys.isEmpty()) {
      return;
    }
    for (String cell : cells) {
      Key key = keys.get(cell);
      if (key != null) {
        fact.accept(key);
      }
    }
  }
}

package dev.countersign.proxy.postgres.sql;

import dev.countersign.proxy.postgres.catalog.Catalog;
import dev.countersign.rules.fact.SqlAccess;
import dev.countersign.rules.fact.SqlStatement;
import dev.countersign.rules.fact.SqlVerb;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Collects what one statement does while its tree is read. */
final class Accesses {

  /** One access in the making: the same verb on the same object is one access. */
  static final class Access {
    private final Set<String> columns = new TreeSet<>();
    private boolean filtered = true;

    void addColumn(String column) {
      columns.add(column);
    }

    void addAllColumns() {
      columns.add(SqlAccess.ALL_COLUMNS);
    }

    /** It counts as filtered if it is wherever it occurs. */
    void occursFiltered(boolean here) {
      filtered &= here;
    }
  }

  private record Key(SqlVerb verb, String object) {}

  private final Map<Key, Access> accesses = new LinkedHashMap<>();
  private final Set<String> functions = new TreeSet<>();
  private boolean opaque;

  Access access(SqlVerb verb, String object) {
    return accesses.computeIfAbsent(new Key(verb, object), key -> new Access());
  }

  /** An access that no WHERE clause limits. */
  Access add(SqlVerb verb, String object) {
    Access access = access(verb, object);
    access.occursFiltered(false);
    return access;
  }

  boolean has(SqlVerb verb) {
    return !objects(verb).isEmpty();
  }

  /** To what that is done. */
  List<String> objects(SqlVerb verb) {
    List<String> objects = new ArrayList<>();
    for (Key key : accesses.keySet()) {
      if (key.verb() == verb) {
        objects.add(key.object());
      }
    }
    return objects;
  }

  /** Whether it reads a relation, as far as it has been read, and no WHERE clause limits that. */
  boolean readsWholeTables() {
    for (Map.Entry<Key, Access> entry : accesses.entrySet()) {
      Key key = entry.getKey();
      if (key.verb() == SqlVerb.SELECT && !key.object().isEmpty() && !entry.getValue().filtered) {
        return true;
      }
    }
    return false;
  }

  void calls(String function) {
    functions.add(function);
  }

  void becomeOpaque() {
    opaque = true;
  }

  boolean isEmpty() {
    return accesses.isEmpty();
  }

  /** Of a relation that may be meant as well nobody knows which columns. */
  private void spread(Key key, Access access, Namesakes namesakes) {
    for (String namesake : namesakes.of(key.object())) {
      Access other = access(key.verb(), namesake);
      other.addAllColumns();
      other.occursFiltered(access.filtered);
    }
  }

  SqlStatement toFacts(Namesakes namesakes, Catalog catalog) {
    List.copyOf(accesses.entrySet())
        .forEach(entry -> spread(entry.getKey(), entry.getValue(), namesakes));
    List<SqlAccess> facts = new ArrayList<>(accesses.size());
    accesses.forEach(
        (key, access) ->
            facts.add(
                new SqlAccess(
                    key.verb(),
                    key.object(),
                    catalog.ancestors(key.object()),
                    access.columns,
                    access.filtered)));
    return new SqlStatement(facts, functions, opaque);
  }
}

package dev.countersign.rules.analysis;

import static java.util.Objects.requireNonNull;

import dev.countersign.rules.workbook.Workbook;
import dev.countersign.rules.workbook.WrittenRow;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A row that two workbooks do not have alike. Rows are the same row when their ids are; where they
 * stand does not matter.
 *
 * @param row where it stands in the newer workbook, or in the older one if it is gone; 0 where
 *     several rows belong together
 * @param cells what changed, by the title of the column
 */
public record RowChange(Kind kind, String sheet, int row, String id, Map<String, Edit> cells) {

  /** What became of a row. */
  public enum Kind {
    ADDED,
    REMOVED,
    CHANGED
  }

  /** A cell's text before and after; empty for an empty cell. */
  public record Edit(String before, String after) {
    public Edit {
      requireNonNull(before, "before");
      requireNonNull(after, "after");
    }
  }

  private record Key(String sheet, String id) {}

  public RowChange {
    requireNonNull(kind, "kind");
    requireNonNull(sheet, "sheet");
    requireNonNull(id, "id");
    cells = Collections.unmodifiableMap(new LinkedHashMap<>(cells));
  }

  /** All changes, sheet by sheet. */
  public static List<RowChange> between(Workbook before, Workbook after) {
    Map<Key, WrittenRow> old = byKey(before);
    Map<Key, WrittenRow> now = byKey(after);
    Set<Key> keys = new LinkedHashSet<>(now.keySet());
    keys.addAll(old.keySet());
    List<RowChange> changes = new ArrayList<>();
    for (Key key : keys) {
      WrittenRow earlier = old.get(key);
      WrittenRow later = now.get(key);
      Map<String, Edit> edits =
          edits(
              earlier == null ? Map.of() : earlier.cells(),
              later == null ? Map.of() : later.cells());
      if (earlier == null && later != null) {
        changes.add(new RowChange(Kind.ADDED, key.sheet(), later.number(), key.id(), edits));
      } else if (earlier != null && later == null) {
        changes.add(new RowChange(Kind.REMOVED, key.sheet(), earlier.number(), key.id(), edits));
      } else if (later != null && !edits.isEmpty()) {
        changes.add(new RowChange(Kind.CHANGED, key.sheet(), later.number(), key.id(), edits));
      }
    }
    List<String> sheets = keys.stream().map(Key::sheet).distinct().toList();
    changes.sort((one, other) -> sheets.indexOf(one.sheet()) - sheets.indexOf(other.sheet()));
    return changes;
  }

  private static Map<Key, WrittenRow> byKey(Workbook workbook) {
    Map<Key, WrittenRow> rows = new LinkedHashMap<>();
    WrittenRow.of(workbook).forEach(row -> rows.put(new Key(row.sheet(), row.id()), row));
    return rows;
  }

  private static Map<String, Edit> edits(Map<String, String> before, Map<String, String> after) {
    Map<String, Edit> edits = new LinkedHashMap<>();
    Set<String> columns = new LinkedHashSet<>(after.keySet());
    columns.addAll(before.keySet());
    for (String column : columns) {
      Edit edit = new Edit(before.getOrDefault(column, ""), after.getOrDefault(column, ""));
      if (!edit.before().equals(edit.after())) {
        edits.put(column, edit);
      }
    }
    return edits;
  }
}

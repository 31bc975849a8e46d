package dev.countersign.rules.workbook;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The sheet Lists: names for sets of values, one value a line. */
record ListsSheet() implements Sheet<ListsSheet.Entry> {

  /** One value of a set. */
  record Entry(String name, String value) {}

  private static final List<Column> COLUMNS =
      List.of(
          new Column(Columns.NAME, 20, true, "The set's name. Other cells refer to it as @name."),
          new Column(
              Columns.VALUE, 40, true, "One value of the set; a set has as many rows as values."));

  @Override
  public String name() {
    return Columns.LISTS;
  }

  @Override
  public List<Column> columns() {
    return COLUMNS;
  }

  @Override
  public Optional<Entry> read(Cells cells) {
    int before = cells.faults();
    String name = cells.name(Columns.NAME, Vocabulary.ID_PUNCTUATION);
    String value = cells.name(Columns.VALUE, Vocabulary.LIST_VALUE_PUNCTUATION);
    return cells.faults() == before ? Optional.of(new Entry(name, value)) : Optional.empty();
  }

  @Override
  public Map<String, String> write(Entry entry) {
    return Map.of(Columns.NAME, entry.name(), Columns.VALUE, entry.value());
  }
}

package dev.countersign.cli.terminal;

import static java.util.stream.Collectors.joining;

import dev.countersign.audit.replay.VisibleText;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Rows under a heading, columns as wide as their widest cell. Every cell is made safe to print. */
public final class Table {

  private final List<List<String>> rows = new ArrayList<>();

  public Table(String... heading) {
    rows.add(List.of(heading));
  }

  public Table row(Object... cells) {
    if (cells.length != rows.getFirst().size()) {
      throw new IllegalArgumentException("a row has as many cells as the heading");
    }
    rows.add(
        IntStream.range(0, cells.length).mapToObj(i -> VisibleText.line("" + cells[i])).toList());
    return this;
  }

  /** The table, or where it is empty that there is nothing to see. */
  public String orNothing() {
    return isEmpty() ? "nothing to see\n" : toString();
  }

  public boolean isEmpty() {
    return rows.size() == 1;
  }

  @Override
  public String toString() {
    int[] widths = new int[rows.getFirst().size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], width(row.get(i)));
      }
    }
    return rows.stream()
        .map(
            row ->
                IntStream.range(0, widths.length)
                    .mapToObj(i -> row.get(i) + " ".repeat(widths[i] - width(row.get(i))))
                    .collect(joining("  "))
                    .stripTrailing())
        .collect(joining("\n", "", "\n"));
  }

  private static int width(String cell) {
    return cell.codePointCount(0, cell.length());
  }
}

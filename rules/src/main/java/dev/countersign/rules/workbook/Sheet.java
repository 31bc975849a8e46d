package dev.countersign.rules.workbook;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A sheet with a header: its columns, what a line of it means, and how that is written. */
interface Sheet<R> {

  String name();

  List<Column> columns();

  /**
   * Reads all cells of a line, so that all of their faults are reported.
   *
   * @return nothing when there was a fault
   */
  Optional<R> read(Cells cells);

  /** The texts of a row by the title of their column; reading them gives the same row. */
  Map<String, String> write(R row);
}

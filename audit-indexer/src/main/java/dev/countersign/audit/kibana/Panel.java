package dev.countersign.audit.kibana;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * One panel of a dashboard.
 *
 * @param query which events, in KQL; empty for all
 * @param chart how they are shown
 * @param by the field they are grouped by, if they are
 * @param metric what is counted
 */
record Panel(
    String title, String query, Chart chart, Optional<String> by, Metric metric, Grid grid) {

  /** How a panel looks. */
  enum Chart {
    NUMBER,
    DONUT,
    TABLE,
    /** Over time. */
    BARS
  }

  /**
   * A number of a group of events.
   *
   * @param operation {@code count}, {@code max}, {@code sum} or {@code unique_count}
   * @param field of which field; empty for a count
   */
  record Metric(String label, String operation, String field) {
    static final Metric COUNT = new Metric("Events", "count", "");
  }

  /** Where it is, in a grid of 48 columns. */
  record Grid(int x, int y, int width, int height) {
    static final int COLUMNS = 48;

    Grid {
      if (x < 0 || y < 0 || width < 1 || height < 1 || x + width > COLUMNS) {
        throw new IllegalArgumentException("a panel lies in 48 columns");
      }
    }
  }

  Panel {
    requireNonNull(title, "title");
    requireNonNull(query, "query");
    requireNonNull(chart, "chart");
    requireNonNull(by, "by");
    requireNonNull(metric, "metric");
    requireNonNull(grid, "grid");
  }
}

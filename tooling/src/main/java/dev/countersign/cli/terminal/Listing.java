package dev.countersign.cli.terminal;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.function.BiConsumer;
import picocli.CommandLine.Option;

/** How the list that the API answers is printed. */
public final class Listing {

  @Option(names = "--json", description = "As JSON.")
  private boolean json;

  /**
   * Prints it.
   *
   * @param table has its heading
   * @param row puts one element of the list into the table
   */
  public void print(PrintWriter out, JsonNode all, Table table, BiConsumer<Table, JsonNode> row) {
    if (json) {
      out.println(all.toPrettyString());
      return;
    }
    all.forEach(one -> row.accept(table, one));
    out.print(table.orNothing());
  }
}

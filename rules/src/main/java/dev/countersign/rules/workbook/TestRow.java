package dev.countersign.rules.workbook;

import static java.util.Objects.requireNonNull;

import dev.countersign.rules.verdict.Verdict;
import java.util.List;

/**
 * A row of the sheet Tests: an example and what must come of it.
 *
 * @param number as Excel counts; the header is row 1
 * @param id unique on its sheet
 * @param groups of the subject that asks
 * @param resource the resource's name
 * @param environment the resource's environment; may be empty
 * @param command SQL, one or more statements, or a command as {@link CommandWords} reads it
 * @param verdict what must come out
 * @param rule the id of a row that must decide; empty when it does not matter
 */
public record TestRow(
    int number,
    String id,
    List<String> groups,
    String resource,
    String environment,
    String command,
    Verdict verdict,
    String rule) {

  public TestRow {
    requireNonNull(id, "id");
    groups = List.copyOf(groups);
    requireNonNull(resource, "resource");
    requireNonNull(environment, "environment");
    requireNonNull(command, "command");
    requireNonNull(verdict, "verdict");
    requireNonNull(rule, "rule");
  }
}

package dev.countersign.rules.analysis;

import static java.util.Objects.requireNonNull;

import dev.countersign.rules.fact.Resource;
import dev.countersign.rules.fact.SqlStatement;
import dev.countersign.rules.fact.Subject;
import java.util.List;

/**
 * Something that was asked, or could be.
 *
 * @param text for people
 * @param statements what the rules see of it; never empty
 */
public record Command(
    String text, Subject subject, Resource resource, List<SqlStatement> statements) {

  public Command {
    requireNonNull(text, "text");
    requireNonNull(subject, "subject");
    requireNonNull(resource, "resource");
    statements = List.copyOf(statements);
    if (statements.isEmpty()) {
      throw new IllegalArgumentException("a command has a statement");
    }
  }
}

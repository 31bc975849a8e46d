package dev.countersign.proxy.postgres.sql;

import static java.util.Objects.requireNonNull;

import dev.countersign.rules.fact.SqlStatement;
import java.util.Optional;

/**
 * One statement of a SQL text, understood.
 *
 * @param text its slice of the text
 * @param facts what the rules see
 * @param kind what the session must know
 * @param lineage where its results come from
 */
public record ClassifiedStatement(String text, SqlStatement facts, Kind kind, Lineage lineage) {
  public ClassifiedStatement {
    requireNonNull(text, "text");
    requireNonNull(facts, "facts");
    requireNonNull(kind, "kind");
    requireNonNull(lineage, "lineage");
  }

  /** Whether what it runs is known only by a name that the session gave to it before. */
  public boolean runsByName() {
    return kind instanceof Kind.Running;
  }

  /** Whether a transaction that has failed takes it. */
  public boolean endsFailure() {
    return kind instanceof Kind.Transaction(Kind.Transaction.Step step, String _)
        && (step == Kind.Transaction.Step.END || step == Kind.Transaction.Step.ROLLBACK_TO);
  }

  /** The name of what it runs, drops or closes; empty if it is about no name, or about all. */
  public Optional<String> refersTo() {
    return kind instanceof Kind.Referring referring ? referring.refersTo() : Optional.empty();
  }

  /**
   * The same statement about another name; itself if it is about none.
   *
   * @param name needs no quotes
   */
  public ClassifiedStatement referringTo(String name) {
    return kind instanceof Kind.Referring referring && referring.refersTo().isPresent()
        ? new ClassifiedStatement(
            NameToken.replace(text, name), facts, referring.referringTo(name), lineage)
        : this;
  }
}

package dev.countersign.proxy.postgres.sql;

import static java.util.Objects.requireNonNull;

import dev.countersign.rules.fact.SqlStatement;

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
    return switch (kind) {
      case Kind.Execute _, Kind.Fetch _ -> true;
      case Kind.Plain _,
          Kind.Prepare _,
          Kind.Deallocate _,
          Kind.DeclareCursor _,
          Kind.CloseCursor _,
          Kind.Discard _,
          Kind.SetParameter _,
          Kind.Transaction _,
          Kind.Copy _,
          Kind.Explain _ ->
          false;
    };
  }
}

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

  /** The name of what it runs, drops or closes; empty if it is about no name, or about all. */
  public Optional<String> refersTo() {
    return switch (kind) {
      case Kind.Execute(String name) -> Optional.of(name);
      case Kind.Fetch(String cursor) -> Optional.of(cursor);
      case Kind.Deallocate(Optional<String> name) -> name;
      case Kind.CloseCursor(Optional<String> cursor) -> cursor;
      case Kind.Plain _,
          Kind.Prepare _,
          Kind.DeclareCursor _,
          Kind.Discard _,
          Kind.SetParameter _,
          Kind.Transaction _,
          Kind.Copy _,
          Kind.Explain _ ->
          Optional.empty();
    };
  }

  /**
   * The same statement about another name; itself if it is about none.
   *
   * @param name needs no quotes
   */
  public ClassifiedStatement referringTo(String name) {
    Optional<Kind> renamed =
        switch (kind) {
          case Kind.Execute _ -> Optional.of(new Kind.Execute(name));
          case Kind.Fetch _ -> Optional.of(new Kind.Fetch(name));
          case Kind.Deallocate(Optional<String> old) ->
              old.map(own -> new Kind.Deallocate(Optional.of(name)));
          case Kind.CloseCursor(Optional<String> old) ->
              old.map(own -> new Kind.CloseCursor(Optional.of(name)));
          case Kind.Plain _,
              Kind.Prepare _,
              Kind.DeclareCursor _,
              Kind.Discard _,
              Kind.SetParameter _,
              Kind.Transaction _,
              Kind.Copy _,
              Kind.Explain _ ->
              Optional.empty();
        };
    return renamed
        .map(to -> new ClassifiedStatement(NameToken.replace(text, name), facts, to, lineage))
        .orElse(this);
  }
}

package dev.countersign.proxy.postgres.random;

import dev.countersign.proxy.postgres.random.Queries.Query;
import dev.countersign.proxy.postgres.random.Vocabulary.Relation;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Statements of many kinds, by chance: the same ones for the same seed. */
public final class Statements {

  private static final int DEPTH = 3;

  /**
   * What a client sends, one text after the other.
   *
   * @param constructs what they are made of
   */
  public record Generated(List<String> texts, Set<Construct> constructs) {}

  private final Dice dice;
  private final Vocabulary vocabulary;

  public Statements(long seed, Vocabulary vocabulary) {
    this.dice = new Dice(seed);
    this.vocabulary = vocabulary;
  }

  public Generated next() {
    Set<Construct> used = EnumSet.noneOf(Construct.class);
    Queries queries = new Queries(dice, vocabulary, used);
    Changes changes = new Changes(dice, vocabulary, used, queries);
    return new Generated(texts(queries, changes, used), used);
  }

  private List<String> texts(Queries queries, Changes changes, Set<Construct> used) {
    return switch (dice.upTo(14)) {
      case 1 -> {
        used.add(Construct.COPY);
        yield List.of(copy(queries));
      }
      case 2 -> {
        used.add(Construct.CURSOR);
        yield List.of(
            "DECLARE c " + dice.one("", "BINARY ") + "CURSOR FOR " + query(queries),
            "FETCH ALL FROM c");
      }
      case 3 -> {
        used.add(Construct.PREPARED);
        yield List.of(
            "PREPARE q AS " + (dice.onceIn(3) ? changes.any().sql() : query(queries)),
            "EXECUTE q",
            "DEALLOCATE q");
      }
      case 4 -> {
        used.add(Construct.EXPLAIN);
        String options =
            dice.one(
                "",
                "(VERBOSE) ",
                "(ANALYZE, VERBOSE) ",
                "(ANALYZE, VERBOSE, FORMAT json) ",
                "(GENERIC_PLAN, VERBOSE) ",
                "(ANALYZE, SERIALIZE binary, MEMORY, SETTINGS) ");
        yield List.of(
            "EXPLAIN " + options + (dice.onceIn(3) ? changes.any().sql() : query(queries)));
      }
      case 5, 6 -> List.of(changes.any().sql());
      case 7 -> {
        Query change = changes.any();
        used.add(Construct.CTE_OF_CHANGE);
        Scope scope = Scope.EMPTY.withCte(new Relation("w", change.columns(), false));
        yield List.of(
            "WITH w AS (" + change.sql() + ") " + Queries.behindWith(queries.any(scope, 2).sql()));
      }
      case 8 -> List.of(queries.open(Scope.EMPTY, 2).sql());
      default -> List.of(query(queries));
    };
  }

  private String query(Queries queries) {
    return queries.any(Scope.EMPTY, DEPTH).sql();
  }

  /** Of what is masked nothing is copied: mostly it is not asked for. */
  private String copy(Queries queries) {
    String options =
        dice.one("", " (FORMAT csv, HEADER)", " (FORMAT binary)", " (FORMAT csv, FORCE_QUOTE *)");
    String of =
        switch (dice.upTo(4)) {
          case 1 -> "(" + query(queries) + ")";
          case 2 ->
              dice.one(
                  "patients (id, plain_name)", "wards", "events_low (id, plain_kind)", "visits");
          default -> {
            Scope wards =
                Scope.EMPTY.with(new Scope.Range("w", vocabulary.relation("wards").columns()));
            yield "(SELECT " + queries.expressions().any(wards, 2) + " FROM wards w)";
          }
        };
    return "COPY " + of + " TO STDOUT" + options;
  }
}

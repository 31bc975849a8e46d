package dev.countersign.proxy.postgres.sql;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Where the values of one statement come from and go to, by name. */
final class Flows {

  /**
   * A name that stands for a value made elsewhere in the statement.
   *
   * @param name the name; {@link #ANY_NAME} if the text does not tell it
   */
  record Edge(String name, Sources sources) {}

  /**
   * A value that is written.
   *
   * @param relation where to; the empty string if it leaves the tables
   * @param column the column there; the empty string if the text does not tell
   */
  record Write(String relation, String column, Sources sources) {}

  /** Stands for a name that the text does not tell. */
  static final String ANY_NAME = "*";

  private final Namesakes namesakes;
  private final Map<String, Set<String>> relations = new HashMap<>();
  private final List<Edge> edges = new ArrayList<>();
  private final List<Write> writes = new ArrayList<>();
  private final Set<String> strips = new HashSet<>();
  private final Set<String> freed = new HashSet<>();
  private final Set<String> taken = new HashSet<>();
  private final Set<String> covered = new HashSet<>();
  private final List<Sources> conditions = new ArrayList<>();
  private final Set<String> compared = new HashSet<>();

  Flows(Namesakes namesakes) {
    this.namesakes = namesakes;
  }

  /** Notes a relation that the statement names, and the name its rows have in it. */
  void touches(String relation, String rangeName) {
    relations.computeIfAbsent(relation, key -> new HashSet<>()).add(rangeName);
    for (String namesake : namesakes.of(relation)) {
      relations.computeIfAbsent(namesake, key -> new HashSet<>()).add(rangeName);
    }
  }

  void edge(String name, Sources sources) {
    edges.add(new Edge(name, sources));
  }

  void write(String relation, String column, Sources sources) {
    writes.add(new Write(relation, column, sources));
    namesakes.of(relation).forEach(namesake -> writes.add(new Write(namesake, column, sources)));
  }

  /**
   * Notes that what the statement does, or how often, depends on a value: it filters, joins, sorts,
   * groups or computes with it.
   */
  void condition(Sources sources) {
    if (!sources.isEmpty()) {
      conditions.add(sources);
    }
  }

  /**
   * Notes that the statement compares values of columns that the text does not name.
   *
   * @param columns which those are, in words
   */
  void compares(String columns) {
    compared.add(columns);
  }

  /**
   * Notes that the statement takes a relation, a column of it, or all relations of a schema, out of
   * their masks' reach.
   */
  void strips(String object) {
    strips.add(object);
    strips.addAll(namesakes.of(object));
  }

  /** Notes that the statement may end what carries masks to columns of a relation. */
  void frees(String relation) {
    freed.add(relation);
    freed.addAll(namesakes.of(relation));
  }

  /** Notes that the statement makes a relation of that name that others of the name hide behind. */
  void takes(String bareName) {
    taken.add(bareName);
  }

  /** Notes that until it is known to all what the statement makes a name means another relation. */
  void covers(String bareName) {
    covered.add(bareName);
  }

  Set<String> taken() {
    return taken;
  }

  Set<String> covered() {
    return covered;
  }

  Map<String, Set<String>> relations() {
    return relations;
  }

  List<Edge> edges() {
    return edges;
  }

  List<Write> writes() {
    return writes;
  }

  Set<String> strips() {
    return strips;
  }

  Set<String> frees() {
    return freed;
  }

  List<Sources> conditions() {
    return conditions;
  }

  Set<String> compared() {
    return compared;
  }
}

package dev.countersign.proxy.postgres.sql;

import dev.countersign.proxy.postgres.catalog.Catalog;
import dev.countersign.rules.fact.SqlStatement;
import dev.countersign.rules.fact.SqlVerb;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is gathered while one statement's tree is read, and the names it is read with. */
final class Reading {

  final Catalog catalog;
  final Functions functions;
  private final Namesakes namesakes = new Namesakes();
  final Accesses accesses = new Accesses();
  final Flows flows = new Flows(namesakes);
  private String schemaOfNew;

  Reading(Catalog catalog) {
    this.catalog = catalog;
    this.functions = new Functions(catalog);
    this.schemaOfNew = catalog.defaultSchema();
  }

  /** What has no schema of its own is made in this one from now on. */
  void makesIn(String schema) {
    schemaOfNew = schema;
  }

  /** The qualified name of the relation that a RangeVar means. */
  String relation(Node rangeVar) {
    String schema = Tree.text(rangeVar, "schemaname");
    return relation(schema.isEmpty() ? null : schema, Tree.text(rangeVar, "relname"));
  }

  /** The qualified name of a relation written as a list of names. */
  String relation(List<String> names) {
    return relation(names.size() > 1 ? names.get(names.size() - 2) : null, names.getLast());
  }

  private String relation(@Nullable String schema, String name) {
    String relation = catalog.qualifyRelation(schema, name);
    if (schema == null) {
      namesakes.add(relation, catalog.namesakes(relation, name));
    }
    return relation;
  }

  /** A relation, and those that its name may mean as well. */
  List<String> meant(String relation) {
    List<String> all = new ArrayList<>(namesakes.of(relation));
    all.addFirst(relation);
    return all;
  }

  /** The qualified name of a relation that the statement makes. */
  String created(Node rangeVar) {
    String given = Tree.text(rangeVar, "schemaname");
    String schema = given.isEmpty() ? schemaOfNew : given;
    String name = Tree.text(rangeVar, "relname");
    comes(schema, name);
    return schema + "." + name;
  }

  /** Notes that a schema is going to have a relation of that name. */
  void comes(String schema, String name) {
    if (catalog.isFoundBeforeOthers(schema, name)) {
      flows.covers(name);
    }
  }

  /** The columns of a relation, if they are known and nothing else can be meant by its name. */
  Optional<Set<String>> columns(String relation) {
    return namesakes.of(relation).isEmpty()
        ? catalog.relation(relation).map(known -> new HashSet<>(known.columns().values()))
        : Optional.empty();
  }

  /** What the statement does, to each relation that it may mean. */
  SqlStatement facts() {
    return accesses.toFacts(namesakes, catalog);
  }

  /** Notes that the statement runs code of which nothing is known. */
  void callsUnknown(String qualifiedName) {
    accesses.add(SqlVerb.CALL, qualifiedName);
    accesses.becomeOpaque();
  }
}

package dev.countersign.proxy.postgres.sql;

import dev.countersign.proxy.postgres.catalog.Catalog;
import dev.countersign.rules.fact.SqlVerb;
import java.util.List;

/** What is gathered while one statement's tree is read, and the names it is read with. */
final class Reading {

  final Catalog catalog;
  final Functions functions;
  final Accesses accesses = new Accesses();
  final Flows flows = new Flows();

  Reading(Catalog catalog) {
    this.catalog = catalog;
    this.functions = new Functions(catalog);
  }

  /** The qualified name of the relation that a RangeVar means. */
  String relation(Node rangeVar) {
    String schema = Tree.text(rangeVar, "schemaname");
    return catalog.qualifyRelation(
        schema.isEmpty() ? null : schema, Tree.text(rangeVar, "relname"));
  }

  /** The qualified name of a relation written as a list of names. */
  String relation(List<String> names) {
    return catalog.qualifyRelation(
        names.size() > 1 ? names.get(names.size() - 2) : null, names.getLast());
  }

  /** Notes that the statement runs code of which nothing is known. */
  void callsUnknown(String qualifiedName) {
    accesses.add(SqlVerb.CALL, qualifiedName);
    accesses.becomeOpaque();
  }
}

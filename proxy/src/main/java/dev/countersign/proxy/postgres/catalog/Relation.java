package dev.countersign.proxy.postgres.catalog;

import static java.util.Objects.requireNonNull;

import java.util.Map;

/**
 * A relation of a database.
 *
 * @param oid its OID
 * @param schema its schema
 * @param name its name
 * @param kind pg_class.relkind: r table, p partitioned, v view, m materialized view, f foreign …
 * @param columns its columns: name by attribute number
 */
public record Relation(
    int oid, String schema, String name, char kind, Map<Integer, String> columns) {

  public Relation {
    requireNonNull(schema, "schema");
    requireNonNull(name, "name");
    columns = Map.copyOf(columns);
  }

  /** {@code schema.name}, as facts and rules write it. */
  public String qualifiedName() {
    return schema + "." + name;
  }

  /** Whether its columns are computed by a query. */
  boolean isView() {
    return kind == 'v' || kind == 'm';
  }
}

package dev.countersign.proxy.postgres.catalog;

/**
 * A column into which the database itself writes what another column holds: it is generated from
 * it, or refers to it by a foreign key whose updates cascade.
 *
 * @param relation the OID of the relation it is in
 * @param column its attribute number
 * @param sourceRelation the OID of the relation of the other column
 * @param sourceColumn the attribute number there
 * @param exact whether it holds the same value, and not one made of it
 */
record ColumnCopy(int relation, int column, int sourceRelation, int sourceColumn, boolean exact) {}

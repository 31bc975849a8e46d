/** What a SQL text does: PostgreSQL's own grammar turned into facts and lineage. */
@NullMarked
package dev.countersign.proxy.postgres.sql;

import org.jspecify.annotations.NullMarked;

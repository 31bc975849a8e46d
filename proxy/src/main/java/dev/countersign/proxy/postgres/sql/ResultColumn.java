package dev.countersign.proxy.postgres.sql;

import static java.util.Objects.requireNonNull;

/**
 * A result column as RowDescription tells it.
 *
 * @param name its label
 * @param tableOid the relation it comes from, 0 if it is computed
 * @param attnum the column there; 0 for a whole row, negative for system columns
 * @param typeOid its type
 * @see <a href="https://www.postgresql.org/docs/current/protocol-message-formats.html">
 *     RowDescription (B)</a>
 */
public record ResultColumn(String name, int tableOid, int attnum, int typeOid) {
  public ResultColumn {
    requireNonNull(name, "name");
  }
}

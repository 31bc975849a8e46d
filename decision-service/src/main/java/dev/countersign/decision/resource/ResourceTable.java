package dev.countersign.decision.resource;

import dev.countersign.decision.store.Stored;
import dev.countersign.rules.fact.Subject;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jdbi.v3.core.Jdbi;

/** The table of declared resources. */
final class ResourceTable {

  /** Tells every gateway that the table has changed. */
  static final String CHANNEL = "countersign_resource";

  private final Jdbi jdbi;

  ResourceTable(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  List<DeclaredResource> all() {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery("SELECT name, spec, version, declared_by, declared_at FROM resource")
                .map((row, context) -> declared(row))
                .list());
  }

  /** Declares a resource, or declares it again. */
  void put(String name, String spec, Subject by) {
    jdbi.useTransaction(
        handle -> {
          handle
              .createUpdate("DELETE FROM resource WHERE name = :name")
              .bind("name", name)
              .execute();
          handle
              .createUpdate(
                  """
                  INSERT INTO resource (name, spec, declared_by)
                  VALUES (:name, :spec, :by::jsonb)
                  """)
              .bind("name", name)
              .bind("spec", spec)
              .bind("by", Stored.json(by))
              .execute();
        });
  }

  boolean remove(String name) {
    return jdbi.withHandle(
        handle ->
            handle
                    .createUpdate("DELETE FROM resource WHERE name = :name")
                    .bind("name", name)
                    .execute()
                == 1);
  }

  private static DeclaredResource declared(ResultSet row) throws SQLException {
    return new DeclaredResource(
        row.getString("name"),
        row.getString("spec"),
        row.getLong("version"),
        Stored.read(row.getString("declared_by"), Subject.class),
        Stored.instant(row, "declared_at"));
  }
}

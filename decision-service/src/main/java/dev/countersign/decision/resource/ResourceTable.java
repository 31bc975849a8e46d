package dev.countersign.decision.resource;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.countersign.rules.fact.Subject;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import org.jdbi.v3.core.Jdbi;

/** The table of declared resources. */
final class ResourceTable {

  /** Tells every gateway that the table has changed. */
  static final String CHANNEL = "countersign_resource";

  private static final JsonMapper JSON = JsonMapper.builder().addModule(new Jdk8Module()).build();

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
              .bind("by", json(by))
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
        subject(row.getString("declared_by")),
        row.getObject("declared_at", OffsetDateTime.class).toInstant());
  }

  private static String json(Subject subject) {
    try {
      return JSON.writeValueAsString(subject);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a subject is JSON", e);
    }
  }

  private static Subject subject(String json) {
    try {
      return JSON.readValue(json, Subject.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("who declared a resource cannot be read", e);
    }
  }
}

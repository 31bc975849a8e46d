package dev.countersign.proxy.postgres.catalog;

import java.util.Optional;
import java.util.Set;

/**
 * What casts may run code of users' that is not an extension's.
 *
 * @param converted bare names of the types that such casts lead to
 * @param plain PostgreSQL's own types, and enumerations, that are made of no others, but for
 *     arrays: with their schemas
 */
record Conversions(Set<String> converted, Set<String> plain) {

  static final Conversions NONE = new Conversions(Set.of(), Set.of());

  Conversions {
    converted = Set.copyOf(converted);
    plain = Set.copyOf(plain);
  }

  /**
   * Whether a cast to that type may be one of them. Of users' types any may be: domains, arrays and
   * rows are cast part by part, and a transaction may just have made them.
   *
   * @param first the schema that is searched after PostgreSQL's own where there is none
   */
  boolean mayLeadTo(Optional<String> schema, String first, String type) {
    if (converted.isEmpty()) {
      return false;
    }
    boolean isPlain =
        plain.contains(schema.orElse(Catalog.SYSTEM_SCHEMA) + "." + type)
            || (schema.isEmpty() && plain.contains(first + "." + type));
    String element = type.startsWith("_") ? type.substring(1) : type;
    return !isPlain || converted.contains(type) || converted.contains(element);
  }

  /** Whether a temporary type of that name would be taken for one that no such cast leads to. */
  boolean hidesBehind(String bareName) {
    return !converted.isEmpty() && plain.stream().anyMatch(type -> type.endsWith("." + bareName));
  }
}

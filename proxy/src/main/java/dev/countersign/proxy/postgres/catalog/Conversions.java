package dev.countersign.proxy.postgres.catalog;

import java.util.Set;

/**
 * What casts may run code of users' that is not an extension's.
 *
 * @param converted bare names of the types that such casts lead to
 * @param plain PostgreSQL's own types that are made of no others, but for arrays
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
   * @param builtIn whether the name means PostgreSQL's own type, if there is one
   */
  boolean mayLeadTo(boolean builtIn, String type) {
    if (converted.isEmpty()) {
      return false;
    }
    String element = type.startsWith("_") ? type.substring(1) : type;
    return !builtIn
        || !plain.contains(type)
        || converted.contains(type)
        || converted.contains(element);
  }
}

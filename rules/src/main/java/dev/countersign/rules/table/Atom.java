package dev.countersign.rules.table;

import java.util.Set;

/**
 * The fact that the network sees: one access under one index key that some row is filed under.
 *
 * @param access which access of the statement it is
 * @param key the index key, see {@link Index}
 * @param verb the verb's name
 * @param environment of the resource
 * @param objects the patterns of the table that the object matches
 * @param resources the patterns of the table that the resource matches
 * @param groups of the subject
 * @param filtered whether a WHERE clause limits the access
 * @param opaque whether the statement can do what its text does not tell
 */
record Atom(
    int access,
    String key,
    String verb,
    String environment,
    Set<String> objects,
    Set<String> resources,
    Set<String> groups,
    boolean filtered,
    boolean opaque) {}

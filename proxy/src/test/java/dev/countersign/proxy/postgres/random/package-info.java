/**
 * SQL by chance: statements over a test's database that mean something to it more often than not.
 */
@NullMarked
package dev.countersign.proxy.postgres.random;

import org.jspecify.annotations.NullMarked;

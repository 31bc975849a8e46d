/**
 * Rows to a network that finds all matching rows in microseconds. Names are classified against the
 * patterns of the cells once; what reaches Drools are equality tests and set look-ups, built as
 * canonical-model objects. No rule text is made, and nothing of a cell is compiled.
 */
@NullMarked
package dev.countersign.rules.table;

import org.jspecify.annotations.NullMarked;

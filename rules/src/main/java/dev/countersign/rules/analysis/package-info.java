/**
 * What can be said about a workbook without a single command: rows that never decide, that can go,
 * that contradict each other, and what no row speaks of; what a command missed by one cell; and how
 * two workbooks differ. Rows are compared as sets of commands, exactly; every example that is shown
 * was put to the policy first.
 */
@NullMarked
package dev.countersign.rules.analysis;

import org.jspecify.annotations.NullMarked;

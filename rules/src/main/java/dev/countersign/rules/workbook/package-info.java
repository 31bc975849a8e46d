/**
 * The workbook that compliance officers own: {@code .xlsx} to rows and back. A workbook is data. No
 * cell is ever computed, compiled or evaluated, every column has a closed vocabulary, and every
 * fault is named by sheet and cell.
 */
@NullMarked
package dev.countersign.rules.workbook;

import org.jspecify.annotations.NullMarked;

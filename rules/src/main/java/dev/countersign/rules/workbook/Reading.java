package dev.countersign.rules.workbook;

/** What came of reading a file: a workbook without a single fault, or all of its faults. */
public sealed interface Reading permits Workbook, Faults {}

package dev.countersign.rules.workbook;

import static dev.countersign.rules.workbook.Columns.OBJECT;
import static dev.countersign.rules.workbook.Vocabulary.PATTERN_PUNCTUATION;

import dev.countersign.rules.verdict.Detector;
import dev.countersign.rules.verdict.Masker;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The sheet Masking: which columns are hidden, from whom and how, and who is exempt. */
record MaskingSheet(RuleCells rules) implements Sheet<MaskingRow> {

  private static final String COLUMN = "Column";
  private static final String DETECTOR = "Detector";
  private static final String MASKER = "Masker";
  private static final String SEALED = "Sealed";

  /** The word of the column Masker that exempts. */
  private static final String CLEAR = "clear";

  private static final List<String> SEALINGS = List.of("sealed");
  private static final List<String> DETECTORS = Vocabulary.words(Arrays.asList(Detector.values()));

  private static final List<Column> COLUMNS =
      Columns.ofRules(
          List.of(
              new Column(
                  OBJECT,
                  24,
                  true,
                  "The table: schema.name, where * stands for any characters, or @name."),
              new Column(COLUMN, 16, true, "The table's column; * stands for any characters."),
              new Column(
                      DETECTOR,
                      14,
                      false,
                      "Empty: the row is about a column. Otherwise it is about values of that kind"
                          + " in whatever result of SQL they are found, a safety net beside the"
                          + " rows that name columns; Object and Column are * then.")
                  .choosing(DETECTORS)),
          List.of(
              new Column(
                      MASKER,
                      10,
                      true,
                      "redact: a fixed text. partial: only the end remains. format: another value"
                          + " that looks alike. hash: a digest. Of both, equal values stay equal."
                          + " null: nothing remains. clear: an exemption, the groups of this row"
                          + " see the column as it is until the day of Valid until.")
                  .choosing(maskers()),
              new Column(
                      SEALED,
                      10,
                      false,
                      "Empty: values are hidden in results. sealed: the column may not even be"
                          + " filtered, ordered, grouped or joined on.")
                  .choosing(SEALINGS)));

  private static List<String> maskers() {
    List<String> words = new ArrayList<>(Vocabulary.words(Arrays.asList(Masker.values())));
    words.add(CLEAR);
    return words;
  }

  @Override
  public String name() {
    return Columns.MASKING;
  }

  @Override
  public List<Column> columns() {
    return COLUMNS;
  }

  @Override
  public Optional<MaskingRow> read(Cells cells) {
    int before = cells.faults();
    Optional<Particulars> particulars = rules.particulars(cells);
    Optional<Scope> scope = rules.scope(cells);
    String object = cells.nameOrList(OBJECT, PATTERN_PUNCTUATION);
    SqlSheet.checkQualified(cells, object);
    String column = cells.name(COLUMN, PATTERN_PUNCTUATION);
    String detector = cells.word(DETECTOR, DETECTORS);
    String masker = cells.word(MASKER, maskers());
    boolean sealed = !cells.word(SEALED, SEALINGS).isEmpty();
    if (!detector.isEmpty()) {
      checkDetection(cells);
    } else if (masker.equals(CLEAR)) {
      checkExemption(cells);
    }
    if (cells.faults() != before) {
      return Optional.empty();
    }
    return Optional.of(
        new MaskingRow(
            particulars.orElseThrow(),
            scope.orElseThrow(),
            object,
            column,
            treatment(detector, masker, sealed)));
  }

  private static Treatment treatment(String detector, String masker, boolean sealed) {
    if (masker.equals(CLEAR)) {
      return Treatment.CLEAR;
    }
    Masker how = Vocabulary.constant(Masker.class, masker);
    return detector.isEmpty()
        ? new Treatment.Hide(how, sealed)
        : new Treatment.Detect(Vocabulary.constant(Detector.class, detector), how);
  }

  /** A detector looks at values, wherever they come from. */
  private static void checkDetection(Cells cells) {
    for (String title : List.of(OBJECT, COLUMN)) {
      cells
          .present(title)
          .filter(text -> !text.equals(Cells.ANY))
          .ifPresent(text -> cells.fault(title, Vocabulary.quote(text), "* with a detector"));
    }
    cells
        .present(MASKER)
        .filter(CLEAR::equals)
        .ifPresent(text -> cells.fault(MASKER, CLEAR, "how to hide what a detector finds"));
    cells
        .present(SEALED)
        .ifPresent(text -> cells.fault(SEALED, Vocabulary.quote(text), "empty with a detector"));
  }

  /** An exemption is for somebody, and ends. */
  private static void checkExemption(Cells cells) {
    if (cells.parts(Columns.GROUPS).contains(Cells.ANY)) {
      cells.fault(Columns.GROUPS, "* with clear", "the groups that are exempt");
    }
    if (cells.present(Columns.VALID_UNTIL).isEmpty()) {
      cells.fault(
          Columns.VALID_UNTIL, "an empty cell with clear", "the last day, such as 2026-12-31");
    }
    cells
        .present(SEALED)
        .ifPresent(text -> cells.fault(SEALED, Vocabulary.quote(text), "empty with clear"));
  }

  @Override
  public Map<String, String> write(MaskingRow row) {
    Map<String, String> cells = RuleCells.write(row);
    cells.put(OBJECT, row.object());
    cells.put(COLUMN, row.column());
    switch (row.treatment()) {
      case Treatment.Clear() -> cells.put(MASKER, CLEAR);
      case Treatment.Detect(Detector detector, Masker masker) -> {
        cells.put(DETECTOR, Vocabulary.word(detector));
        cells.put(MASKER, Vocabulary.word(masker));
      }
      case Treatment.Hide(Masker masker, boolean sealed) -> {
        cells.put(MASKER, Vocabulary.word(masker));
        cells.put(SEALED, sealed ? SEALINGS.getFirst() : "");
      }
    }
    return cells;
  }
}

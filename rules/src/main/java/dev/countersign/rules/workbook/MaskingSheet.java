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
  private static final List<String> DETECTORS =
      Arrays.stream(Detector.values()).map(Detector::name).toList();

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
                  "Leave it empty: detectors ("
                      + String.join(", ", DETECTORS)
                      + ") are not evaluated for SQL yet. Name the column instead.")),
          List.of(
              new Column(
                      MASKER,
                      10,
                      true,
                      "redact: a fixed text. partial: only the end remains. hash: equal values stay"
                          + " equal. null: nothing remains. clear: an exemption, the groups of this"
                          + " row see the column as it is until the day of Valid until.")
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
    refuseDetector(cells);
    String masker = cells.word(MASKER, maskers());
    boolean sealed = !cells.word(SEALED, SEALINGS).isEmpty();
    if (masker.equals(CLEAR)) {
      checkExemption(cells);
    }
    if (cells.faults() != before) {
      return Optional.empty();
    }
    Treatment treatment =
        masker.equals(CLEAR)
            ? Treatment.CLEAR
            : new Treatment.Hide(Vocabulary.constant(Masker.class, masker), sealed);
    return Optional.of(
        new MaskingRow(particulars.orElseThrow(), scope.orElseThrow(), object, column, treatment));
  }

  private static void refuseDetector(Cells cells) {
    cells
        .present(DETECTOR)
        .ifPresent(
            text ->
                cells.fault(
                    DETECTOR,
                    Vocabulary.quote(text),
                    "an empty cell: detectors are not evaluated for SQL yet; name the column"));
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
      case Treatment.Hide(Masker masker, boolean sealed) -> {
        cells.put(MASKER, Vocabulary.word(masker));
        cells.put(SEALED, sealed ? SEALINGS.getFirst() : "");
      }
    }
    return cells;
  }
}

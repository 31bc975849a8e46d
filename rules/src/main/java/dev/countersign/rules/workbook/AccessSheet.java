package dev.countersign.rules.workbook;

import dev.countersign.rules.verdict.Verdict;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.time.format.TextStyle;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The sheet Access: who may be granted access to what, for how long, when, and by whose yes. */
record AccessSheet(RuleCells rules) implements Sheet<AccessRow> {

  private static final String LONGEST = "Longest";
  private static final String STANDING = "standing";
  private static final String DAYS = "Days";
  private static final String HOURS = "Hours";
  private static final List<String> NAMES_OF_DAYS =
      Arrays.stream(DayOfWeek.values()).map(AccessSheet::name).toList();
  private static final List<String> VERDICTS =
      Vocabulary.words(List.of(Verdict.ALLOW, Verdict.APPROVE, Verdict.BLOCK));

  private static final List<Column> COLUMNS =
      Columns.ofRules(
          List.of(
              new Column(
                      LONGEST,
                      12,
                      false,
                      "The longest time that is granted, such as 4 hours or 5 days; 30 days at"
                          + " most. The word standing lets in without a grant, in the row's hours"
                          + " and with allow only. Must be filled unless the row blocks.")
                  .proposing(List.of("1 hour", "4 hours", "8 hours", "1 day", "5 days", STANDING)),
              new Column(
                      DAYS,
                      16,
                      false,
                      "The days of the week on which it may be asked for, separated by commas."
                          + " Empty: any day.")
                  .proposing(List.of("Mon, Tue, Wed, Thu, Fri", "Sat, Sun")),
              new Column(
                      HOURS,
                      14,
                      false,
                      "The hours of the day, in UTC, at which it may be asked for: 08:00-18:00."
                          + " Empty: at any time.")
                  .proposing(List.of("08:00-18:00"))),
          Columns.ruling(
              "allow (granted by itself), approve (granted when people said yes) or block. The"
                  + " strictest matching row wins. What no row matches is not granted.",
              VERDICTS));

  @Override
  public String name() {
    return Columns.ACCESS;
  }

  @Override
  public List<Column> columns() {
    return COLUMNS;
  }

  @Override
  public Optional<AccessRow> read(Cells cells) {
    int before = cells.faults();
    Optional<Particulars> particulars = rules.particulars(cells);
    Optional<Scope> scope = rules.scope(cells);
    boolean standing = cells.present(LONGEST).filter(STANDING::equals).isPresent();
    Duration longest =
        standing
            ? AccessRow.LONGEST
            : cells
                .duration(LONGEST, Duration.ofMinutes(1), AccessRow.LONGEST)
                .orElse(AccessRow.LONGEST);
    Hours hours = hours(cells);
    Optional<Ruling> ruling = RulingCells.read(cells, VERDICTS);
    checkLongest(cells, ruling);
    if (standing && ruling.filter(given -> given.verdict() == Verdict.APPROVE).isPresent()) {
      cells.fault(
          LONGEST, Vocabulary.quote(STANDING), "a time: nobody is asked where access stands");
    }
    if (cells.faults() != before) {
      return Optional.empty();
    }
    return Optional.of(
        new AccessRow(
            particulars.orElseThrow(),
            scope.orElseThrow(),
            longest,
            standing,
            hours,
            ruling.orElseThrow()));
  }

  private static void checkLongest(Cells cells, Optional<Ruling> ruling) {
    boolean blocks = ruling.filter(Ruling.BLOCK::equals).isPresent();
    Optional<String> longest = cells.present(LONGEST);
    if (blocks && longest.isPresent()) {
      cells.fault(LONGEST, Vocabulary.quote(longest.get()), "empty with block: it blocks any time");
    } else if (!blocks && longest.isEmpty()) {
      cells.fault(LONGEST, "an empty cell", "the longest time that is granted, such as 4 hours");
    }
  }

  private static Hours hours(Cells cells) {
    Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
    for (String word : cells.parts(DAYS)) {
      int index = NAMES_OF_DAYS.indexOf(word);
      if (index >= 0) {
        days.add(DayOfWeek.of(index + 1));
      } else {
        cells.fault(
            DAYS,
            Vocabulary.quote(word),
            String.join(", ", NAMES_OF_DAYS),
            Vocabulary.nearest(word, NAMES_OF_DAYS));
      }
    }
    Set<DayOfWeek> onDays = days.isEmpty() ? Hours.ALWAYS.days() : days;
    Optional<String> text = cells.present(HOURS);
    if (text.isEmpty()) {
      return new Hours(onDays, LocalTime.MIDNIGHT, LocalTime.MIDNIGHT);
    }
    try {
      String[] times = text.get().split("-", -1);
      return new Hours(onDays, LocalTime.parse(times[0]), LocalTime.parse(times[times.length - 1]));
    } catch (DateTimeException | IllegalArgumentException wrong) {
      cells.fault(HOURS, Vocabulary.quote(text.get()), "two times of one day, such as 08:00-18:00");
      return Hours.ALWAYS;
    }
  }

  private static String name(DayOfWeek day) {
    return day.getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
  }

  private static String longest(AccessRow row) {
    if (row.ruling().equals(Ruling.BLOCK)) {
      return "";
    }
    return row.standing() ? STANDING : Spans.format(row.longest());
  }

  @Override
  public Map<String, String> write(AccessRow row) {
    Map<String, String> cells = RuleCells.write(row);
    cells.put(LONGEST, longest(row));
    Hours hours = row.hours();
    if (hours.days().size() < NAMES_OF_DAYS.size()) {
      cells.put(
          DAYS,
          String.join(
              RuleCells.SEPARATOR, hours.days().stream().sorted().map(AccessSheet::name).toList()));
    }
    if (!hours.from().equals(hours.until())) {
      cells.put(HOURS, hours.from() + "-" + hours.until());
    }
    RulingCells.write(row.ruling(), cells);
    return cells;
  }
}

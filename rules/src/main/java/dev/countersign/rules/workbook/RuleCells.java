package dev.countersign.rules.workbook;

import static dev.countersign.rules.workbook.Columns.CONTROLS;
import static dev.countersign.rules.workbook.Columns.ENVIRONMENT;
import static dev.countersign.rules.workbook.Columns.GROUPS;
import static dev.countersign.rules.workbook.Columns.HINT;
import static dev.countersign.rules.workbook.Columns.ID;
import static dev.countersign.rules.workbook.Columns.MODE;
import static dev.countersign.rules.workbook.Columns.NAME;
import static dev.countersign.rules.workbook.Columns.OWNER;
import static dev.countersign.rules.workbook.Columns.REASON;
import static dev.countersign.rules.workbook.Columns.RESOURCE;
import static dev.countersign.rules.workbook.Columns.VALID_FROM;
import static dev.countersign.rules.workbook.Columns.VALID_UNTIL;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The cells that every rule sheet has: the particulars of a row and its scope. */
final class RuleCells {

  static final String SEPARATOR = ", ";

  private static final Pattern CONTROL = Pattern.compile("[A-Z]{2}-[0-9]{1,2}(\\([0-9]{1,2}\\))?");

  private final List<String> environments;

  RuleCells(List<String> furtherEnvironments) {
    List<String> all = new ArrayList<>(Vocabulary.ENVIRONMENTS);
    all.addAll(furtherEnvironments);
    environments = List.copyOf(all);
  }

  /** Nothing when one of the cells has a fault. */
  Optional<Particulars> particulars(Cells cells) {
    int before = cells.faults();
    Particulars particulars =
        new Particulars(
            cells.number(),
            cells.id(ID),
            cells.prose(NAME),
            cells.prose(REASON),
            cells.prose(HINT),
            controls(cells),
            cells.prose(OWNER),
            validity(cells),
            cells.choice(MODE, Mode.ENFORCE));
    return cells.faults() == before ? Optional.of(particulars) : Optional.empty();
  }

  private static List<String> controls(Cells cells) {
    List<String> controls = cells.parts(CONTROLS);
    for (String control : controls) {
      if (!CONTROL.matcher(control).matches()) {
        cells.fault(
            CONTROLS, Vocabulary.quote(control), "NIST SP 800-53 ids such as AC-3, CM-3(1)");
      }
    }
    return controls;
  }

  private static Validity validity(Cells cells) {
    Optional<LocalDate> from = cells.date(VALID_FROM);
    Optional<LocalDate> until = cells.date(VALID_UNTIL);
    if (from.isPresent() && until.isPresent() && until.get().isBefore(from.get())) {
      cells.fault(
          VALID_UNTIL, Vocabulary.quote(until.get().toString()), "a day not before " + from.get());
      return Validity.ALWAYS;
    }
    return new Validity(from, until);
  }

  /** Nothing when one of the cells has a fault. */
  Optional<Scope> scope(Cells cells) {
    int before = cells.faults();
    List<String> groups = cells.names(GROUPS, Vocabulary.GROUP_PUNCTUATION, true);
    String resource = cells.nameOrList(RESOURCE, Vocabulary.PATTERN_PUNCTUATION);
    String environment = environment(cells);
    return cells.faults() == before
        ? Optional.of(new Scope(groups, resource, environment))
        : Optional.empty();
  }

  String environment(Cells cells) {
    return cells.present(ENVIRONMENT).filter(Cells.ANY::equals).isPresent()
        ? Cells.ANY
        : cells.word(ENVIRONMENT, environments);
  }

  /** A mutable map, for the sheet to add its own cells to. */
  static Map<String, String> write(RuleRow row) {
    Particulars particulars = row.particulars();
    Map<String, String> cells = new HashMap<>();
    cells.put(ID, particulars.id());
    cells.put(NAME, particulars.name());
    cells.put(GROUPS, String.join(SEPARATOR, row.scope().groups()));
    cells.put(RESOURCE, row.scope().resource());
    cells.put(ENVIRONMENT, row.scope().environment());
    cells.put(REASON, particulars.reason());
    cells.put(HINT, particulars.hint());
    cells.put(CONTROLS, String.join(SEPARATOR, particulars.controls()));
    cells.put(OWNER, particulars.owner());
    particulars.validity().from().ifPresent(day -> cells.put(VALID_FROM, day.toString()));
    particulars.validity().until().ifPresent(day -> cells.put(VALID_UNTIL, day.toString()));
    if (particulars.mode() != Mode.ENFORCE) {
      cells.put(MODE, particulars.mode().name().toLowerCase(Locale.ROOT));
    }
    return cells;
  }
}

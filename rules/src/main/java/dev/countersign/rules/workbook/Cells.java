package dev.countersign.rules.workbook;

import java.time.Duration;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the cells of one line, each by its column's vocabulary. */
final class Cells {

  static final String ANY = "*";

  private static final int LONGEST_NAME = 200;

  private final SheetLines.Line line;
  private final List<Column> columns;
  private final Map<String, List<String>> lists;
  private final FaultLog faults;

  Cells(
      SheetLines.Line line,
      List<Column> columns,
      Map<String, List<String>> lists,
      FaultLog faults) {
    this.line = line;
    this.columns = columns;
    this.lists = lists;
    this.faults = faults;
  }

  int number() {
    return line.number();
  }

  /** How many faults were reported so far: a row is sound if reading it added none. */
  int faults() {
    return faults.count();
  }

  /** The cell's text; empty is a fault where the column must be filled, never a wildcard. */
  String raw(String title) {
    String text = line.text(title);
    if (text.isEmpty() && isRequired(title)) {
      fault(title, Fault.EMPTY_CELL, allowed(title));
    }
    return text;
  }

  /** Only where the meaning of the column speaks of it, * is a value. */
  private String allowed(String title) {
    Optional<Column> column =
        columns.stream().filter(each -> each.title().equals(title)).findFirst();
    if (column.filter(Column::closed).isPresent()) {
      return String.join(", ", column.get().choices());
    }
    return column.filter(each -> each.meaning().contains("*")).isPresent()
        ? "a value; write * where anything is meant"
        : "a value";
  }

  private boolean isRequired(String title) {
    return columns.stream().anyMatch(column -> column.title().equals(title) && column.required());
  }

  String id(String title) {
    String id = name(title, Vocabulary.ID_PUNCTUATION);
    if (id.equalsIgnoreCase("DEFAULT")) {
      fault(title, Vocabulary.quote(id), "an id other than the built-in one");
    }
    return id;
  }

  /** A name of ASCII letters, digits and that punctuation. */
  String name(String title, String punctuation) {
    String text = raw(title);
    checkName(title, text, punctuation);
    return text;
  }

  /** A name, a pattern, or {@code @list} whose every value is one. */
  String nameOrList(String title, String punctuation) {
    String text = raw(title);
    if (text.startsWith(Workbook.LIST_PREFIX)) {
      values(title, text).forEach(value -> checkName(title, value, punctuation));
    } else {
      checkName(title, text, punctuation);
    }
    return text;
  }

  private boolean checkName(String title, String text, String punctuation) {
    if (text.length() > LONGEST_NAME) {
      fault(title, text.length() + " characters", LONGEST_NAME + " characters");
    } else if (text.contains("**")) {
      fault(
          title,
          Vocabulary.quote(text),
          "a single *, which stands for any characters, dots and slashes among them",
          Optional.of(text.replaceAll("\\*+", "*")));
    } else if (!Vocabulary.consistsOf(punctuation, text)) {
      fault(
          title,
          Vocabulary.quote(text),
          "letters a to z, digits and " + punctuation.strip() + " without accents",
          Lookalikes.plain(text).filter(plain -> Vocabulary.consistsOf(punctuation, plain)));
    } else {
      return true;
    }
    return false;
  }

  /** The values of a set; none, and a fault, when it does not exist. */
  List<String> values(String title, String reference) {
    String name = reference.substring(Workbook.LIST_PREFIX.length());
    List<String> values = lists.get(name);
    if (values == null) {
      fault(
          title,
          Vocabulary.quote(reference),
          "@ and the name of a set of the sheet Lists: " + String.join(", ", lists.keySet()),
          Vocabulary.nearest(name, lists.keySet()).map(nearest -> "@" + nearest));
      return List.of();
    }
    return values;
  }

  /** The cell alone, or the values of the set it refers to as far as there is one. */
  List<String> values(String cell) {
    return cell.startsWith(Workbook.LIST_PREFIX)
        ? lists.getOrDefault(cell.substring(Workbook.LIST_PREFIX.length()), List.of())
        : List.of(cell);
  }

  /** A fault unless there is a set of that name. */
  void checkList(String title, String name) {
    if (!lists.containsKey(name)) {
      fault(title, "no set " + name, "a set called " + name + " on the sheet Lists");
    }
  }

  /** Names separated by commas, {@code @list} among them; {@code *} alone where it may be any. */
  List<String> names(String title, String punctuation, boolean mayBeAny) {
    List<String> parts = parts(title);
    for (String part : parts) {
      if (part.equals(ANY) && mayBeAny) {
        checkAlone(title, parts);
      } else if (part.startsWith(Workbook.LIST_PREFIX)) {
        values(title, part).forEach(value -> checkName(title, value, punctuation));
      } else {
        checkName(title, part, punctuation);
      }
    }
    return parts;
  }

  /** Words of a closed list separated by commas, {@code @list} among them, or {@code *} alone. */
  List<String> words(String title, List<String> vocabulary) {
    List<String> parts = parts(title);
    for (String part : parts) {
      if (part.equals(ANY)) {
        checkAlone(title, parts);
      } else if (part.startsWith(Workbook.LIST_PREFIX)) {
        values(title, part).forEach(value -> checkWord(title, value, vocabulary));
      } else {
        checkWord(title, part, vocabulary);
      }
    }
    return parts;
  }

  /** The parts of a comma list, without duplicates. */
  List<String> parts(String title) {
    String text = raw(title);
    if (text.isEmpty()) {
      return List.of();
    }
    List<String> parts = Arrays.stream(text.split(",", -1)).map(String::strip).toList();
    if (parts.contains("")) {
      fault(title, Vocabulary.quote(text), "a value between the commas");
    }
    return List.copyOf(new LinkedHashSet<>(parts));
  }

  private void checkAlone(String title, List<String> parts) {
    if (parts.size() > 1) {
      fault(title, "* together with other values", "* alone, or the values alone");
    }
  }

  /** One word of a closed list; the empty string, and a fault, when it is another. */
  String word(String title, List<String> vocabulary) {
    String text = raw(title);
    return text.isEmpty() || checkWord(title, text, vocabulary) ? text : "";
  }

  private boolean checkWord(String title, String word, List<String> vocabulary) {
    if (vocabulary.contains(word)) {
      return true;
    }
    fault(
        title,
        Vocabulary.quote(word),
        String.join(", ", vocabulary),
        Vocabulary.nearest(word, vocabulary));
    return false;
  }

  /** A constant of an enum by its word; the usual one where the cell is empty or has a fault. */
  <E extends Enum<E>> E choice(String title, E usual) {
    List<E> constants = List.of(usual.getDeclaringClass().getEnumConstants());
    String word = word(title, Vocabulary.words(constants));
    return constants.stream()
        .filter(constant -> Vocabulary.word(constant).equals(word))
        .findFirst()
        .orElse(usual);
  }

  /** A whole number; nothing where the cell is empty or has a fault. */
  Optional<Integer> count(String title, int least, int most) {
    Optional<String> text = present(title);
    Optional<Integer> number =
        text.filter(digits -> digits.length() <= 6 && digits.chars().allMatch(Cells::isDigit))
            .map(Integer::valueOf)
            .filter(count -> count >= least && count <= most);
    if (text.isPresent() && number.isEmpty()) {
      fault(title, Vocabulary.quote(text.get()), "a whole number from " + least + " to " + most);
    }
    return number;
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  /** A span of time; nothing where the cell is empty or has a fault. */
  Optional<Duration> duration(String title, Duration least, Duration most) {
    Optional<String> text = present(title);
    Optional<Duration> span =
        text.flatMap(Spans::parse)
            .filter(time -> time.compareTo(least) >= 0 && time.compareTo(most) <= 0);
    if (text.isPresent() && span.isEmpty()) {
      fault(
          title,
          Vocabulary.quote(text.get()),
          Spans.format(least)
              + " to "
              + Spans.format(most)
              + ", written as a number and minutes, hours or days");
    }
    return span;
  }

  /** A day; nothing where the cell is empty or has a fault. */
  Optional<LocalDate> date(String title) {
    Optional<String> text = present(title);
    Optional<LocalDate> day = text.flatMap(Cells::day);
    if (text.isPresent() && day.isEmpty()) {
      fault(title, Vocabulary.quote(text.get()), "a day such as 2026-12-31");
    }
    return day;
  }

  private static Optional<LocalDate> day(String text) {
    try {
      // LocalDate itself takes signs and years of nine digits, too.
      return text.length() == 10 ? Optional.of(LocalDate.parse(text)) : Optional.empty();
    } catch (DateTimeParseException wrong) {
      return Optional.empty();
    }
  }

  /** Free text on one line, in any language, in which every character shows. */
  String prose(String title) {
    return prose(title, "");
  }

  /** Free text in which every character shows, but for those control characters. */
  String prose(String title, String controls) {
    String text = raw(title);
    if (text.codePoints().anyMatch(c -> controls.indexOf(c) < 0 && Vocabulary.isInvisible(c))) {
      fault(title, Vocabulary.quote(text), "text in which every character can be seen");
    }
    return text;
  }

  Optional<String> present(String title) {
    return Optional.of(line.text(title)).filter(text -> !text.isEmpty());
  }

  String at(String title) {
    return line.at(title);
  }

  void fault(String title, String found, String allowed) {
    fault(title, found, allowed, Optional.empty());
  }

  void fault(String title, String found, String allowed, Optional<String> nearest) {
    faults.add(new Fault(line.at(title), found, allowed, nearest));
  }
}

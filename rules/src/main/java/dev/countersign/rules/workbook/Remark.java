package dev.countersign.rules.workbook;

import static java.util.Objects.requireNonNull;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Something to be said about a place in a workbook.
 *
 * @param level how much it matters
 * @param what its kind in a word or two
 * @param sheet the name of the sheet; empty for the whole file
 * @param row as Excel counts; 0 for the whole sheet
 * @param column the title of the column, or its letters; empty for the whole row
 * @param id the id of the row, or the name of the list; may be empty
 * @param words what it is and what to do about it
 * @param example may be empty
 */
public record Remark(
    Level level,
    String what,
    String sheet,
    int row,
    String column,
    String id,
    String words,
    String example) {

  /** How much it matters. */
  public enum Level {
    /** The workbook cannot come into force. */
    FAULT,
    /** It can, and probably does not what was meant. */
    WARNING,
    /** Fine if it is meant. */
    NOTE
  }

  private static final Pattern CELL = Pattern.compile("(.+)!([A-Z]{0,3})([0-9]{1,7})(:.*)?");

  public Remark {
    requireNonNull(level, "level");
    requireNonNull(what, "what");
    requireNonNull(sheet, "sheet");
    requireNonNull(column, "column");
    requireNonNull(id, "id");
    requireNonNull(words, "words");
    requireNonNull(example, "example");
  }

  /** A fault as a remark at its cell. */
  public static Remark of(Fault fault) {
    String words =
        "Found "
            + fault.found()
            + ". Allowed: "
            + fault.allowed()
            + fault.nearest().map(value -> ". Did you mean \"" + value + "\"?").orElse(".");
    Matcher cell = CELL.matcher(fault.where());
    return cell.matches()
        ? new Remark(
            Level.FAULT,
            "fault",
            cell.group(1),
            Integer.parseInt(cell.group(3)),
            cell.group(2),
            "",
            words,
            "")
        : new Remark(Level.FAULT, "fault", fault.where(), 0, "", "", words, "");
  }
}

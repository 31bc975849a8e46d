package dev.countersign.audit.reconcile;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The records of a CSV file as PostgreSQL writes its log: commas, quotes doubled inside quotes, and
 * line ends inside quotes.
 */
final class CsvRecords implements AutoCloseable {

  private static final int MOST_FIELDS = 100;

  private final LogLines lines;
  private String where = "";

  CsvRecords(Path file) throws IOException {
    lines = new LogLines(file);
  }

  /** Where the record begins that was read last. */
  String where() {
    return where;
  }

  /** The next record. A record that the file's end cuts off, while it is being written, is none. */
  Optional<List<String>> next() throws IOException {
    String line = lines.next();
    if (line == null) {
      return Optional.empty();
    }
    where = lines.where();
    List<String> fields = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    boolean quoted = false;
    long length = 0;
    while (true) {
      length += line.length() + 1;
      if (length > LogLines.LONGEST) {
        throw new UnreadableLogException(
            where, "a record of more than %d characters".formatted(LogLines.LONGEST));
      }
      for (int i = 0; i < line.length(); i++) {
        char c = line.charAt(i);
        if (quoted) {
          if (c != '"') {
            field.append(c);
          } else if (i + 1 < line.length() && line.charAt(i + 1) == '"') {
            field.append('"');
            i++;
          } else {
            quoted = false;
          }
        } else if (c == '"') {
          quoted = true;
        } else if (c == ',') {
          add(fields, field);
        } else {
          field.append(c);
        }
      }
      if (!quoted) {
        add(fields, field);
        return Optional.of(fields);
      }
      field.append('\n');
      String more = lines.next();
      if (more == null) {
        return Optional.empty();
      }
      line = more;
    }
  }

  private void add(List<String> fields, StringBuilder field) throws UnreadableLogException {
    if (fields.size() >= MOST_FIELDS) {
      throw new UnreadableLogException(where, "more than %d fields".formatted(MOST_FIELDS));
    }
    fields.add(field.toString());
    field.setLength(0);
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}

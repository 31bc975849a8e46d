package dev.countersign.audit.reconcile;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/** Reads PostgreSQL's own log in the forms that programs can read: csvlog and jsonlog. */
final class PostgresLog {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss[.SSS] z", Locale.ROOT);

  private static final int DEPTH = 5;

  static final ObjectReader JSON =
      new JsonMapper(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(DEPTH)
                          .maxStringLength(LogLines.LONGEST)
                          .build())
                  .build())
          .reader();

  /** csvlog has 23 columns since version 9.0, more since 13; those that matter stand first. */
  private static final int FEWEST_COLUMNS = 23;

  private PostgresLog() {}

  static void read(Path file, Consumer<PostgresLine> lines) throws IOException {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    if (name.endsWith(".csv")) {
      csv(file, lines);
    } else if (name.endsWith(".json")) {
      json(file, lines);
    } else {
      throw new UnreadableLogException(
          name,
          "the names of PostgreSQL's logs end in .csv or .json; set log_destination to csvlog or"
              + " jsonlog");
    }
  }

  private static void csv(Path file, Consumer<PostgresLine> lines) throws IOException {
    try (CsvRecords records = new CsvRecords(file)) {
      for (Optional<List<String>> next = records.next(); next.isPresent(); next = records.next()) {
        List<String> fields = next.get();
        if (fields.size() < FEWEST_COLUMNS) {
          throw new UnreadableLogException(
              records.where(), "no record of a csvlog: it has %d fields".formatted(fields.size()));
        }
        lines.accept(
            new PostgresLine(
                records.where(),
                time(fields.get(0), records.where()),
                fields.get(1),
                fields.get(2),
                fields.get(3),
                fields.get(4),
                fields.get(11),
                fields.get(22),
                fields.get(13)));
      }
    }
  }

  private static void json(Path file, Consumer<PostgresLine> lines) throws IOException {
    try (LogLines records = new LogLines(file)) {
      String line = records.next();
      while (line != null) {
        String following = records.next();
        JsonNode json;
        try {
          json = JSON.readTree(line);
        } catch (JsonProcessingException e) {
          if (following == null) {
            return; // it is being written
          }
          throw new UnreadableLogException(records.where(), "no record of a jsonlog before it");
        }
        String host = json.path("remote_host").asText();
        lines.accept(
            new PostgresLine(
                records.where(),
                time(json.path("timestamp").asText(), records.where()),
                json.path("user").asText(),
                json.path("dbname").asText(),
                json.path("pid").asText(),
                host.isEmpty() ? "" : host + ":" + json.path("remote_port").asText(),
                json.path("error_severity").asText(),
                json.path("application_name").asText(),
                json.path("message").asText()));
        line = following;
      }
    }
  }

  private static Instant time(String text, String where) throws UnreadableLogException {
    try {
      return ZonedDateTime.parse(text, TIME).toInstant();
    } catch (DateTimeException e) {
      throw new UnreadableLogException(
          where, "a time that is not understood; set log_timezone to UTC");
    }
  }
}

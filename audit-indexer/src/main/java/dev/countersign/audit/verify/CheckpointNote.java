package dev.countersign.audit.verify;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What a checkpoint says. */
record CheckpointNote(
    UUID journal, long size, Bytes root, Bytes chain, Instant time, Note note, String where) {

  private static final String ORIGIN = "countersign/";

  static Optional<CheckpointNote> of(Note note, String where) {
    List<String> lines = note.text().lines().toList();
    try {
      if (lines.size() != 5
          || !lines.get(0).startsWith(ORIGIN)
          || !note.name().equals(lines.get(0))
          || !lines.get(1).matches("[1-9][0-9]{0,17}")
          || !lines.get(3).matches("chain [0-9a-f]{64}")
          || !lines.get(4).startsWith("time ")) {
        return Optional.empty();
      }
      return Optional.of(
          new CheckpointNote(
              UUID.fromString(lines.get(0).substring(ORIGIN.length())),
              Long.parseLong(lines.get(1)),
              new Bytes(Base64.getDecoder().decode(lines.get(2))),
              new Bytes(java.util.HexFormat.of().parseHex(lines.get(3).substring(6))),
              Instant.parse(lines.get(4).substring(5)),
              note,
              where));
    } catch (IllegalArgumentException | DateTimeException e) {
      return Optional.empty();
    }
  }
}

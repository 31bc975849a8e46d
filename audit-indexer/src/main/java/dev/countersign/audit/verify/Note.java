package dev.countersign.audit.verify;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * A signed note with one signature: the signed text, and who signed.
 *
 * @param text with its line ends
 * @param signature behind the four bytes of the key hash
 */
record Note(String text, String name, Bytes keyHash, Bytes signature) {

  private static final String MARK = "\u2014 ";
  private static final int LONGEST = 4_096;

  /**
   * The notes of a file, each with an empty line behind it.
   *
   * @param rest what is behind the last whole note
   */
  record Parsed(List<Note> notes, String rest) {}

  static Parsed parseAll(byte[] file) {
    String all = new String(file, UTF_8);
    List<Note> notes = new ArrayList<>();
    int at = 0;
    while (at < all.length()) {
      int signature = all.indexOf("\n\n" + MARK, at);
      int end = signature < 0 ? -1 : all.indexOf("\n\n", signature + 2);
      Optional<Note> note = end < 0 ? Optional.empty() : parse(all.substring(at, end + 1));
      if (note.isEmpty()) {
        break;
      }
      notes.add(note.get());
      at = end + 2;
    }
    return new Parsed(notes, all.substring(at));
  }

  /** Empty if it is not exactly what a signer writes. */
  static Optional<Note> parse(String note) {
    int blank = note.indexOf("\n\n" + MARK);
    if (note.length() > LONGEST || blank < 0 || !note.endsWith("\n")) {
      return Optional.empty();
    }
    String text = note.substring(0, blank + 1);
    String[] line = note.substring(blank + 2 + MARK.length(), note.length() - 1).split(" ", -1);
    if (line.length != 2) {
      return Optional.empty();
    }
    try {
      byte[] signed = Base64.getDecoder().decode(line[1]);
      if (signed.length <= 4 || !Base64.getEncoder().encodeToString(signed).equals(line[1])) {
        return Optional.empty();
      }
      return Optional.of(
          new Note(
              text,
              line[0],
              new Bytes(Arrays.copyOf(signed, 4)),
              new Bytes(Arrays.copyOfRange(signed, 4, signed.length))));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}

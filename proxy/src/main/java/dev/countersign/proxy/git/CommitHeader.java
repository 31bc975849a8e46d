package dev.countersign.proxy.git;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.errors.CorruptObjectException;

/**
 * What stands in front of the message of a commit, beyond what is checked of every object. Some
 * programs read the first of two lines and some the last, and each shows other people.
 */
final class CommitHeader {

  private static final List<String> ONCE =
      List.of("tree ", "parent ", "author ", "committer ", "encoding ");

  private static final String ENCODING = "encoding ";

  private CommitHeader() {}

  /**
   * Checks one that is a commit so far.
   *
   * @return all of it as git shows it, where that is in another encoding than its bytes
   * @throws CorruptObjectException if it can be read in two ways
   */
  static Optional<String> check(byte[] raw) throws CorruptObjectException {
    String header = header(raw);
    if (header.indexOf('\0') >= 0) {
      throw new CorruptObjectException("a commit has a NUL in front of its message");
    }
    String begins = "";
    Optional<String> text = Optional.empty();
    for (String line : header.split("\n", -1)) {
      String word = ONCE.stream().filter(line::startsWith).findFirst().orElse("");
      if (!word.isEmpty()) {
        if (ONCE.indexOf(word) < ONCE.indexOf(begins)
            || (word.equals(begins) && !word.equals("parent "))) {
          throw new CorruptObjectException(
              "a commit says twice what it says once: " + word.strip());
        }
        begins = word;
      }
      if (word.equals(ENCODING)) {
        text = text(raw, line.substring(ENCODING.length()));
      } else if (word.equals("author ") || word.equals("committer ")) {
        person(line);
      }
    }
    return text;
  }

  private static String header(byte[] raw) {
    int end = 0;
    while (end < raw.length && !(raw[end] == '\n' && (end == 0 || raw[end - 1] == '\n'))) {
      end++;
    }
    return new String(Arrays.copyOf(raw, end), StandardCharsets.ISO_8859_1);
  }

  /** One address, which begins and ends. */
  private static void person(String line) throws CorruptObjectException {
    int begin = line.indexOf('<');
    int end = line.indexOf('>');
    if (begin < 0 || end < begin || line.lastIndexOf('<') > begin || line.lastIndexOf('>') > end) {
      throw new CorruptObjectException("a commit does not say whose it is");
    }
  }

  private static Optional<String> text(byte[] raw, String encoding) throws CorruptObjectException {
    try {
      // As git takes it, though no list of encodings has that name.
      Charset charset =
          encoding.equalsIgnoreCase("latin-1")
              ? StandardCharsets.ISO_8859_1
              : Charset.forName(encoding);
      return charset.equals(StandardCharsets.UTF_8)
          ? Optional.empty()
          : Optional.of(new String(raw, charset));
    } catch (IllegalArgumentException e) {
      throw new CorruptObjectException("a commit is in an encoding that is not known");
    }
  }
}

package dev.countersign.proxy.git;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A commit that bears a signature, taken apart.
 *
 * @param payload the bytes that were signed: the commit without the signature
 * @param signature its text; empty where there are several, of which nobody says which counts
 * @see <a href="https://git-scm.com/docs/gitformat-signature#_commit_signatures">Commit
 *     signatures</a>
 */
@SuppressWarnings("ArrayRecordComponent") // Read where it is made, and never compared.
record SignedCommit(byte[] payload, Optional<String> signature) {

  /** Where the signature of a commit stands, by how it names its objects. */
  enum Header {
    SHA1("gpgsig "),
    SHA256("gpgsig-sha256 ");

    private final String word;

    Header(String word) {
      this.word = word;
    }

    /** Of the same commit as it would be with names of the other kind. */
    private Header other() {
      return this == SHA1 ? SHA256 : SHA1;
    }
  }

  /** Takes one apart; empty if it bears none. */
  static Optional<SignedCommit> read(byte[] raw, Header header) {
    ByteArrayOutputStream payload = new ByteArrayOutputStream(raw.length);
    StringBuilder signature = new StringBuilder();
    int signatures = 0;
    boolean within = false;
    boolean keeps = false;
    int at = 0;
    while (at < raw.length && raw[at] != '\n') {
      int end = lineEnd(raw, at);
      boolean continues = within && raw[at] == ' ';
      if (!continues) {
        boolean own = startsWith(raw, at, header.word);
        within = own || startsWith(raw, at, header.other().word);
        keeps = own && signatures++ == 0;
      }
      if (!within) {
        payload.write(raw, at, end - at);
      } else if (keeps) {
        int from = continues ? at + 1 : at + header.word.length();
        signature.append(new String(raw, from, end - from, StandardCharsets.ISO_8859_1));
      }
      at = end;
    }
    if (signatures == 0) {
      return Optional.empty();
    }
    payload.write(raw, at, raw.length - at);
    return Optional.of(
        new SignedCommit(
            payload.toByteArray(),
            signatures == 1 ? Optional.of(signature.toString()) : Optional.empty()));
  }

  /** Behind the newline that ends the line. */
  private static int lineEnd(byte[] raw, int from) {
    int end = from;
    while (end < raw.length && raw[end] != '\n') {
      end++;
    }
    return Math.min(raw.length, end + 1);
  }

  private static boolean startsWith(byte[] raw, int at, String text) {
    if (raw.length - at < text.length()) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (raw[at + i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}

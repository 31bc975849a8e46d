package dev.countersign.decision.approval;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Texts as bytes so that no two lists of texts are the same bytes: each with its length first. */
final class LengthPrefixed {

  private LengthPrefixed() {}

  /**
   * The bytes: for each text the number of its UTF-8 bytes, four bytes big-endian, and those bytes.
   *
   * @throws IllegalArgumentException if a text is not Unicode
   */
  static byte[] of(List<String> texts) {
    var bytes = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(bytes)) {
      for (String text : texts) {
        ByteBuffer utf8 = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
        out.writeInt(utf8.remaining());
        out.write(utf8.array(), utf8.arrayOffset() + utf8.position(), utf8.remaining());
      }
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("what is shown is not Unicode text", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}

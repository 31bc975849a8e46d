package dev.countersign.proxy.git.wire;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * One pkt-line: four hexadecimal digits of length, themselves included, and the payload; or one of
 * three marks without payload.
 *
 * @see <a href="https://git-scm.com/docs/protocol-common">pkt-line format</a>
 */
public sealed interface Packet {

  /** The longest pkt-line with its length. */
  int MAX_LENGTH = 65_520;

  /** The longest payload. */
  int MAX_PAYLOAD = MAX_LENGTH - 4;

  /** A pkt-line without payload. */
  enum Mark implements Packet {
    /** {@code 0000}. */
    FLUSH,
    /** {@code 0001}, in version 2 only. */
    DELIMITER,
    /** {@code 0002}, in version 2 only. */
    RESPONSE_END
  }

  /** A pkt-line with payload. Whoever reads it does not write to it. */
  @SuppressWarnings("ArrayRecordComponent") // Wrapped nowhere else, and never compared.
  record Line(byte[] payload) implements Packet {

    /**
     * The payload as text, without the newline at its end.
     *
     * @throws GitWireException if it is not UTF-8
     */
    public String text() throws GitWireException {
      int length = payload.length;
      if (length > 0 && payload[length - 1] == '\n') {
        length--;
      }
      try {
        return StandardCharsets.UTF_8
            .newDecoder()
            .decode(ByteBuffer.wrap(payload, 0, length))
            .toString();
      } catch (CharacterCodingException e) {
        throw new GitWireException("a line is not UTF-8");
      }
    }

    /** Only its length: the payload may be anybody's file. */
    @Override
    public String toString() {
      return "Line[" + payload.length + "]";
    }
  }
}

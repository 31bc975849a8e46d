package dev.countersign.proxy.kubernetes.request;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;

/**
 * The bytes of one message, from the front to the end. Numbers take no more bytes than they need,
 * as Go writes them: what others might write readers could take in two ways.
 *
 * @see <a href="https://protobuf.dev/programming-guides/encoding/">Protocol Buffers, Encoding</a>
 */
final class ProtobufBytes {

  private final byte[] bytes;
  private final int end;
  private int at;

  ProtobufBytes(byte[] bytes, int from, int end) {
    this.bytes = bytes;
    this.at = from;
    this.end = end;
  }

  boolean hasMore() {
    return at < end;
  }

  /** Seven bits a byte, the lowest first; all bytes but the last have the highest bit. */
  long varint() throws UnclearRequestException {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      byte next = next();
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        boolean isPadded = next == 0 && shift > 0;
        boolean overflows = shift == 63 && next > 1;
        if (isPadded || overflows) {
          break;
        }
        return value;
      }
    }
    throw UnclearRequestException.malformed("a number is written in more bytes than it needs");
  }

  private byte next() throws UnclearRequestException {
    if (at == end) {
      throw cutOff();
    }
    return bytes[at++];
  }

  /** A length, and so many bytes. */
  ProtobufBytes part() throws UnclearRequestException {
    long length = varint();
    if (length < 0 || length > end - at) {
      throw cutOff();
    }
    ProtobufBytes part = new ProtobufBytes(bytes, at, at + (int) length);
    at = part.end;
    return part;
  }

  private static UnclearRequestException cutOff() {
    return UnclearRequestException.malformed("a field is longer than what it stands in");
  }

  /** All that is left. */
  byte[] rest() {
    return Arrays.copyOfRange(bytes, at, end);
  }

  /** All that is left, as text. */
  String text() throws UnclearRequestException {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, at, end - at)).toString();
    } catch (CharacterCodingException e) {
      throw UnclearRequestException.malformed("a text is not UTF-8");
    }
  }
}

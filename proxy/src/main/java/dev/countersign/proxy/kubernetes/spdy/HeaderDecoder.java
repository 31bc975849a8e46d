package dev.countersign.proxy.kubernetes.spdy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Reads header blocks, of which each is compressed with what the ones before it taught. Layout,
 * inflated: int32 n, n × (int32 length, name, int32 length, value).
 */
final class HeaderDecoder implements AutoCloseable {

  private static final int LONGEST = 4 << 10;
  private static final int MOST_PAIRS = 16;

  private final Inflater inflater = new Inflater();
  private final byte[] inflated = new byte[LONGEST + 1];

  /**
   * Reads the next block.
   *
   * @throws IOException if it is too long, has a name twice, or is not what a client of terminals
   *     sends
   */
  Map<String, String> decode(ByteBuffer block) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(inflated, 0, inflate(block));
    int pairs = in.remaining() < 4 ? -1 : in.getInt();
    if (pairs < 0 || pairs > MOST_PAIRS) {
      throw new IOException("a SPDY header block that does not say how long it is");
    }
    Map<String, String> headers = new HashMap<>();
    for (int i = 0; i < pairs; i++) {
      String name = text(in);
      boolean isName = !name.isEmpty() && name.chars().noneMatch(c -> c >= 'A' && c <= 'Z');
      if (!isName || headers.put(name, text(in)) != null) {
        throw new IOException("a SPDY header that is there twice, or has no name of one");
      }
    }
    if (in.hasRemaining()) {
      throw new IOException("a SPDY header block that goes on behind its end");
    }
    return headers;
  }

  private int inflate(ByteBuffer block) throws IOException {
    inflater.setInput(block);
    int size = 0;
    try {
      while (true) {
        int count = inflater.inflate(inflated, size, inflated.length - size);
        size += count;
        if (size > LONGEST) {
          throw new IOException("SPDY headers that are longer than " + LONGEST + " bytes");
        }
        if (count == 0 && !inflater.needsDictionary()) {
          break;
        }
        if (inflater.needsDictionary()) {
          inflater.setDictionary(HeaderDictionary.bytes());
        }
      }
    } catch (DataFormatException | IllegalArgumentException e) {
      throw new IOException("SPDY headers that cannot be inflated", e);
    }
    if (inflater.finished() || inflater.getRemaining() > 0) {
      throw new IOException("SPDY headers whose compression ends");
    }
    return size;
  }

  /** Printable, so that no value is two: a byte of zero parts them. */
  private static String text(ByteBuffer in) throws IOException {
    int length = in.remaining() < 4 ? -1 : in.getInt();
    if (length < 0 || length > in.remaining()) {
      throw new IOException("a SPDY header block that breaks off");
    }
    byte[] text = new byte[length];
    in.get(text);
    for (byte each : text) {
      if (each < ' ' || each == 0x7f) {
        throw new IOException("a SPDY header that is not plain text");
      }
    }
    return new String(text, US_ASCII);
  }

  @Override
  public void close() {
    inflater.end();
  }
}

package dev.countersign.proxy.kubernetes.spdy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.zip.Deflater;

/** Writes header blocks, as {@link HeaderDecoder} reads them. */
final class HeaderEncoder implements AutoCloseable {

  private final Deflater deflater = new Deflater();

  HeaderEncoder() {
    deflater.setDictionary(HeaderDictionary.bytes());
  }

  byte[] encode(Map<String, String> headers) {
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    number(plain, headers.size());
    headers.forEach(
        (name, value) -> {
          text(plain, name);
          text(plain, value);
        });
    deflater.setInput(plain.toByteArray());
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    byte[] part = new byte[512];
    int count;
    do {
      count = deflater.deflate(part, 0, part.length, Deflater.SYNC_FLUSH);
      block.write(part, 0, count);
    } while (count == part.length);
    return block.toByteArray();
  }

  private static void text(ByteArrayOutputStream out, String text) {
    number(out, text.length());
    out.writeBytes(text.getBytes(US_ASCII));
  }

  private static void number(ByteArrayOutputStream out, int number) {
    out.writeBytes(ByteBuffer.allocate(4).putInt(number).array());
  }

  @Override
  public void close() {
    deflater.end();
  }
}

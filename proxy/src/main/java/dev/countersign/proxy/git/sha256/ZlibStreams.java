package dev.countersign.proxy.git.sha256;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.Adler32;
import java.util.zip.Deflater;

/**
 * Objects as zlib streams that are read once and thrown away, or nearly. What is small is put in as
 * it is: most objects are, and packing them costs more than all else that is done to them.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc1951#section-3.2.4">Non-compressed blocks</a>
 */
final class ZlibStreams implements AutoCloseable {

  /** Bytes; at most what fits into one block as it is. */
  private static final int SMALL = 16 << 10;

  /** Deflate with a window of 32 KiB, packed as quickly as can be. */
  private static final short HEADER = 0x7801;

  private static final byte LAST_AS_IT_IS = 1;
  private static final int BUFFER = 16 << 10;

  private final Adler32 checksum = new Adler32();
  private final ByteBuffer ends = ByteBuffer.allocate(7);
  private final Deflater deflater = new Deflater(Deflater.BEST_SPEED);
  private final byte[] buffer = new byte[BUFFER];

  void write(byte[] raw, OutputStream out) throws IOException {
    if (raw.length <= SMALL) {
      asItIs(raw, out);
    } else {
      deflate(raw, out);
    }
  }

  private void asItIs(byte[] raw, OutputStream out) throws IOException {
    ends.clear().order(ByteOrder.BIG_ENDIAN).putShort(HEADER).put(LAST_AS_IT_IS);
    ends.order(ByteOrder.LITTLE_ENDIAN).putShort((short) raw.length).putShort((short) ~raw.length);
    out.write(ends.array(), 0, ends.position());
    out.write(raw);
    checksum.reset();
    checksum.update(raw);
    ends.clear().order(ByteOrder.BIG_ENDIAN).putInt((int) checksum.getValue());
    out.write(ends.array(), 0, ends.position());
  }

  private void deflate(byte[] raw, OutputStream out) throws IOException {
    deflater.reset();
    deflater.setInput(raw);
    deflater.finish();
    while (!deflater.finished()) {
      out.write(buffer, 0, deflater.deflate(buffer));
    }
  }

  @Override
  public void close() {
    deflater.end();
  }
}

package dev.countersign.proxy.kubernetes;

import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Keeps the beginning of what the client gets. */
final class RecordingOutput extends FilterOutputStream {

  private static final int SHORT = 1 << 10;

  private final int most;
  private final ByteArrayOutputStream kept;
  private long total;

  RecordingOutput(OutputStream out, int most) {
    super(out);
    this.most = most;
    kept = new ByteArrayOutputStream(Math.min(most, SHORT));
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    out.write(bytes, offset, length);
    int size = Math.min(length, most - kept.size());
    kept.write(bytes, offset, size);
    total += length;
  }

  /** What was kept, and how much was not. */
  String recorded() {
    String text = Terminal.visible(kept.toByteArray());
    return total > kept.size()
        ? text + "… [cut at " + kept.size() + " of " + total + " bytes]"
        : text;
  }
}

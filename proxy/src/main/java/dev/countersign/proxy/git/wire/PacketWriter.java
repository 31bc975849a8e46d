package dev.countersign.proxy.git.wire;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Writes pkt-lines. */
public final class PacketWriter {

  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private final OutputStream out;

  public PacketWriter(OutputStream out) {
    this.out = requireNonNull(out, "out");
  }

  /** A line of text; a newline is added, as git asks for. */
  public void text(String text) throws IOException {
    line((text + "\n").getBytes(StandardCharsets.UTF_8));
  }

  public void line(byte[] payload) throws IOException {
    line(payload, 0, payload.length);
  }

  /**
   * A part of an array.
   *
   * @throws GitWireException if it is longer than a line can be
   */
  public void line(byte[] bytes, int from, int count) throws IOException {
    length(count);
    out.write(bytes, from, count);
  }

  /** A line of one sideband: its number and a part of an array. */
  void banded(int band, byte[] bytes, int from, int count) throws IOException {
    length(count + 1);
    out.write(band);
    out.write(bytes, from, count);
  }

  private void length(int payload) throws IOException {
    if (payload > Packet.MAX_PAYLOAD) {
      throw new GitWireException("a line of " + payload + " bytes is longer than a pkt-line");
    }
    int length = payload + 4;
    out.write(
        new byte[] {
          HEX[length >> 12 & 15], HEX[length >> 8 & 15], HEX[length >> 4 & 15], HEX[length & 15]
        });
  }

  public void mark(Packet.Mark mark) throws IOException {
    out.write(
        switch (mark) {
          case FLUSH -> "0000".getBytes(StandardCharsets.US_ASCII);
          case DELIMITER -> "0001".getBytes(StandardCharsets.US_ASCII);
          case RESPONSE_END -> "0002".getBytes(StandardCharsets.US_ASCII);
        });
  }

  public void flush() throws IOException {
    mark(Packet.Mark.FLUSH);
  }
}

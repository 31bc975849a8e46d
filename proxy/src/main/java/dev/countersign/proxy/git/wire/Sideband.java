package dev.countersign.proxy.git.wire;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * The answer of a push, in bands: 1 carries the report, 2 text for a human, which git shows as
 * {@code remote: …}.
 */
public final class Sideband {

  private static final int REPORT = 1;
  private static final int PROGRESS = 2;
  private static final byte[] NOTHING = {};

  private final OutputStream out;
  private final PacketWriter packets;

  public Sideband(OutputStream out) {
    this.out = requireNonNull(out, "out");
    this.packets = new PacketWriter(out);
  }

  /** Shows a line at once. */
  public void say(String line) throws IOException {
    relay(PlainText.line(line) + "\n");
  }

  /** Shows text that has lines of its own. */
  public void relay(String text) throws IOException {
    byte[] bytes = PlainText.lines(text).getBytes(StandardCharsets.UTF_8);
    for (int from = 0; from < bytes.length; from += Packet.MAX_PAYLOAD - 1) {
      packets.banded(PROGRESS, bytes, from, Math.min(Packet.MAX_PAYLOAD - 1, bytes.length - from));
    }
    out.flush();
  }

  /** Sends what clients skip, as {@code git receive-pack} does ({@code receive.keepAlive}). */
  public void keepAlive() throws IOException {
    packets.banded(REPORT, NOTHING, 0, 0);
    out.flush();
  }

  /** Sends a report's bytes. */
  public void report(byte[] bytes) throws IOException {
    for (int from = 0; from < bytes.length; from += Packet.MAX_PAYLOAD - 1) {
      packets.banded(REPORT, bytes, from, Math.min(Packet.MAX_PAYLOAD - 1, bytes.length - from));
    }
  }

  public void end() throws IOException {
    packets.flush();
    out.flush();
  }
}

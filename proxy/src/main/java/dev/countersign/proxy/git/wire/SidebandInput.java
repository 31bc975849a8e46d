package dev.countersign.proxy.git.wire;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Band 1 of an upstream's answer; what the other bands say goes where it is told to. */
public final class SidebandInput extends InputStream {

  /** Takes what a server wants a human to read. */
  @FunctionalInterface
  public interface Listener {
    void said(String text) throws IOException;
  }

  private final PacketReader in;
  private final Listener listener;
  private byte[] current = {};
  private int next;
  private boolean ended;

  public SidebandInput(PacketReader in, Listener listener) {
    this.in = requireNonNull(in, "in");
    this.listener = requireNonNull(listener, "listener");
  }

  @Override
  public int read() throws IOException {
    return fill() ? current[next++] & 0xff : -1;
  }

  @Override
  public int read(byte[] into, int from, int count) throws IOException {
    if (count == 0) {
      return 0;
    }
    if (!fill()) {
      return -1;
    }
    int taken = Math.min(count, current.length - next);
    System.arraycopy(current, next, into, from, taken);
    next += taken;
    return taken;
  }

  private boolean fill() throws IOException {
    while (!ended && next == current.length) {
      if (!(in.next() instanceof Packet.Line line)) {
        ended = true;
      } else if (line.payload().length > 0) {
        band(line.payload());
      }
    }
    return !ended;
  }

  private void band(byte[] payload) throws IOException {
    switch (payload[0]) {
      case 1 -> {
        current = payload;
        next = 1;
      }
      case 2 -> listener.said(text(payload));
      case 3 -> {
        listener.said(text(payload));
        throw new GitWireException("the upstream broke off: " + PlainText.line(text(payload)));
      }
      default -> throw new GitWireException("the upstream speaks in a band that does not exist");
    }
  }

  private static String text(byte[] payload) {
    return new String(payload, 1, payload.length - 1, StandardCharsets.UTF_8);
  }
}

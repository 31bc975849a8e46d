package dev.countersign.proxy.kubernetes;

import dev.countersign.proxy.frontdoor.BlockInput;
import dev.countersign.proxy.kubernetes.spdy.SpdyFrame;
import dev.countersign.proxy.kubernetes.spdy.SpdyReader;
import dev.countersign.proxy.kubernetes.spdy.SpdyWriter;
import dev.countersign.proxy.kubernetes.wire.WebSocketFrame;
import java.io.IOException;
import java.security.SecureRandom;

/**
 * What a client sends over SPDY, as a client of WebSocket sends it. Reading answers what is about
 * the connection alone, and ends it at whatever the client was not to send.
 */
final class SpdyUpwards extends BlockInput {

  /** No terminal is so large that its size takes more. */
  private static final int LONGEST_SIZE = 256;

  /** Over WebSocket, version 5: a message on this channel ends the one that it names. */
  private static final byte END_OF = (byte) 255;

  private static final byte[] NORMAL = {1000 >> 8, (byte) 1000};
  private static final byte[] NOTHING = {};

  private final SpdyReader reader;
  private final SpdyWriter writer;
  private final SpdyStreams streams;
  private final SecureRandom keys = new SecureRandom();
  private byte[] pending = NOTHING;
  private int taken;
  private boolean isOver;

  SpdyUpwards(SpdyReader reader, SpdyWriter writer, SpdyStreams streams) {
    this.reader = reader;
    this.writer = writer;
    this.streams = streams;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (taken == pending.length) {
      if (isOver) {
        return -1;
      }
      taken = 0;
      pending = next();
    }
    int count = Math.min(length, pending.length - taken);
    System.arraycopy(pending, taken, into, offset, count);
    taken += count;
    return count;
  }

  private byte[] next() throws IOException {
    boolean goesOn = false;
    try {
      byte[] next = translated();
      goesOn = !isOver;
      return next;
    } finally {
      if (!goesOn) {
        isOver = true;
        streams.end();
        reader.close();
      }
    }
  }

  private byte[] translated() throws IOException {
    return switch (reader.next()) {
      case null -> gone();
      case SpdyFrame.GoAway _ -> gone();
      case SpdyFrame.Reset _ -> streams.isToldAll() ? NOTHING : gone();
      case SpdyFrame.SynStream opened -> {
        TerminalChannel channel = streams.opened(opened);
        writer.synReply(opened.stream());
        streams.answered();
        yield opened.isLast() ? end(channel) : NOTHING;
      }
      case SpdyFrame.Data data -> streams.isToldAll() ? NOTHING : data(data);
      case SpdyFrame.Ping(int id) -> {
        if (id % 2 == 0) {
          throw new IOException("the answer to a SPDY ping that nobody sent");
        }
        writer.ping(id);
        yield NOTHING;
      }
      case SpdyFrame.Settings _, SpdyFrame.WindowUpdate _ -> NOTHING;
    };
  }

  private byte[] gone() {
    isOver = true;
    return streams.isToldAll() ? NOTHING : message(WebSocketFrame.CLOSE, NORMAL);
  }

  private byte[] data(SpdyFrame.Data data) throws IOException {
    TerminalChannel channel = streams.received(data);
    byte[] content = data.payload();
    if (channel == TerminalChannel.RESIZE && content.length > LONGEST_SIZE) {
      throw new IOException("a size of a terminal that is none");
    }
    if (content.length > 0) {
      writer.windowUpdate(0, content.length);
      if (!data.isLast()) {
        writer.windowUpdate(data.stream(), content.length);
      }
    }
    byte[] brought = content.length > 0 ? on(channel.number(), content) : NOTHING;
    return data.isLast() ? joined(brought, end(channel)) : brought;
  }

  /** Only the end of what is typed means anything to the one at the other side. */
  private byte[] end(TerminalChannel channel) {
    return channel == TerminalChannel.STDIN ? on(END_OF, new byte[] {channel.number()}) : NOTHING;
  }

  private byte[] on(byte channel, byte[] content) {
    return message(WebSocketFrame.BINARY, joined(new byte[] {channel}, content));
  }

  private byte[] message(int opcode, byte[] payload) {
    return WebSocketFrame.encode(opcode, payload, keys.nextInt());
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] both = new byte[first.length + second.length];
    System.arraycopy(first, 0, both, 0, first.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}

package dev.countersign.proxy.kubernetes;

import dev.countersign.proxy.kubernetes.spdy.SpdyWriter;
import dev.countersign.proxy.kubernetes.wire.WebSocketFrame;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.SecureRandom;

/** Takes what a server sends over WebSocket, and sends it to a client over SPDY. */
final class SpdyDownwards extends OutputStream {

  private static final byte[] NOTHING = {};

  private final SpdyWriter writer;
  private final SpdyStreams streams;
  private final OutputStream upstream;
  private final SecureRandom keys = new SecureRandom();
  private final ByteArrayOutputStream frames = new ByteArrayOutputStream();
  private final ChannelMessages messages = new ChannelMessages();
  private boolean hasStatus;

  /**
   * @param upstream where a server's pings are answered
   */
  SpdyDownwards(SpdyWriter writer, SpdyStreams streams, OutputStream upstream) {
    this.writer = writer;
    this.streams = streams;
    this.upstream = upstream;
  }

  @Override
  public void write(int value) {
    frames.write(value);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    frames.write(bytes, offset, length);
  }

  /** Sends what was written: whole frames. */
  @Override
  public void flush() throws IOException {
    InputStream written = new ByteArrayInputStream(frames.toByteArray());
    frames.reset();
    for (WebSocketFrame frame = WebSocketFrame.read(written);
        frame != null;
        frame = WebSocketFrame.read(written)) {
      pass(frame);
    }
  }

  private void pass(WebSocketFrame frame) throws IOException {
    switch (frame.opcode()) {
      case WebSocketFrame.CLOSE -> part();
      case WebSocketFrame.PING -> {
        upstream.write(WebSocketFrame.encode(WebSocketFrame.PONG, frame.payload(), keys.nextInt()));
        upstream.flush();
      }
      case WebSocketFrame.PONG -> {
        // Nobody asked, and nobody is harmed.
      }
      default -> pass(messages.next(frame));
    }
  }

  private void pass(ChannelMessages.Part part) throws IOException {
    if (part.content().length == 0) {
      return;
    }
    TerminalChannel channel =
        TerminalChannel.numbered(part.channel())
            .filter(known -> !known.isUpward())
            .orElseThrow(() -> new IOException("a server that sends what only clients send"));
    streams.awaitAll();
    int stream =
        streams
            .find(channel)
            .orElseThrow(() -> new IOException("a server that sends what nobody asked for"));
    writer.data(stream, false, part.content());
    hasStatus |= channel == TerminalChannel.ERROR;
  }

  /**
   * Ends all streams. A terminal that ends without a word looks like one that has done what it was
   * to do; where the server said nothing, that is what the client is told.
   */
  void part() throws IOException {
    if (streams.isToldAll()) {
      return;
    }
    streams.awaitAll();
    if (!hasStatus) {
      writer.data(
          streams.find(TerminalChannel.ERROR).orElseThrow(),
          false,
          Refusal.of(502, "the API server broke the terminal off; what ran may run on").body());
    }
    streams.toldAll();
    for (int stream : streams.all()) {
      writer.data(stream, true, NOTHING);
    }
    writer.goAway(streams.last());
  }
}

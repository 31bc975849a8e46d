package dev.countersign.proxy.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.countersign.audit.event.Event.ContentRecorded.Stream;
import dev.countersign.proxy.kubernetes.wire.WebSocketFrame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Optional;

/**
 * One direction of a terminal over WebSocket: passed on frame by frame, each recorded before it is
 * passed on. The first byte of a message is its channel.
 */
final class Terminal {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private static final int STATUS = 3;

  /** RFC 6455, 7.4.1; with any other code kubectl shows the code and not the words. */
  private static final byte[] NORMAL = {1000 >> 8, (byte) 1000};

  private final TerminalRecording recording;
  private final ChannelMessages messages = new ChannelMessages();

  /**
   * @param recording told of everything before it goes on
   */
  Terminal(TerminalRecording recording) {
    this.recording = recording;
  }

  /** Until the end of the stream. */
  void pass(InputStream in, OutputStream out) throws IOException {
    Copying copying = new Copying(in);
    for (WebSocketFrame frame = WebSocketFrame.read(copying);
        frame != null;
        frame = WebSocketFrame.read(copying)) {
      record(frame);
      out.write(copying.taken());
      out.flush();
    }
  }

  private void record(WebSocketFrame frame) throws IOException {
    if (frame.isControl()) {
      return;
    }
    ChannelMessages.Part part = messages.next(frame);
    if (part.content().length > 0) {
      Optional<Stream> stream = stream(part.channel());
      if (stream.isPresent()) {
        recording.add(stream.get(), part.content());
      }
    }
  }

  /** Tells the client why it ends, as a server would tell it, if no message is under way. */
  void end(String why, OutputStream out) throws IOException {
    if (!messages.isInMessage()) {
      byte[] status = Refusal.of(403, why).body();
      byte[] message = new byte[status.length + 1];
      message[0] = STATUS;
      System.arraycopy(status, 0, message, 1, status.length);
      out.write(WebSocketFrame.encode(WebSocketFrame.BINARY, message));
    }
    out.write(WebSocketFrame.encode(WebSocketFrame.CLOSE, NORMAL));
    out.flush();
  }

  private static Optional<Stream> stream(int channel) {
    return TerminalChannel.numbered(channel)
        .flatMap(
            known ->
                switch (known) {
                  case STDIN -> Optional.of(Stream.INPUT);
                  case STDOUT -> Optional.of(Stream.OUTPUT);
                  case STDERR -> Optional.of(Stream.ERROR_OUTPUT);
                  case ERROR -> Optional.empty();
                  case RESIZE -> Optional.of(Stream.RESIZE);
                });
  }

  /** What is recorded of bytes of a stream. */
  static String text(Stream stream, byte[] content) {
    if (stream == Stream.RESIZE) {
      try {
        JsonNode size = JSON.readTree(content);
        return size.path("Width").asInt() + "x" + size.path("Height").asInt();
      } catch (IOException e) {
        return "";
      }
    }
    return visible(content);
  }

  /** UTF-8, or bytes as {@code \xHH}. */
  static String visible(byte[] content) {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
    } catch (CharacterCodingException e) {
      StringBuilder text = new StringBuilder();
      for (byte each : content) {
        boolean isPlain =
            each == '\n' || each == '\r' || each == '\t' || (each >= ' ' && each < 0x7f);
        text.append(isPlain ? String.valueOf((char) each) : "\\x%02X".formatted(each & 0xff));
      }
      return text.toString();
    }
  }

  /** Keeps the bytes of a frame as they came: they go on as they are, mask and all. */
  private static final class Copying extends InputStream {

    private final InputStream in;
    private final ByteArrayOutputStream taken = new ByteArrayOutputStream();

    Copying(InputStream in) {
      this.in = in;
    }

    byte[] taken() {
      byte[] bytes = taken.toByteArray();
      taken.reset();
      return bytes;
    }

    @Override
    public int read() throws IOException {
      int next = in.read();
      if (next >= 0) {
        taken.write(next);
      }
      return next;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int count = in.read(into, offset, length);
      if (count > 0) {
        taken.write(into, offset, count);
      }
      return count;
    }
  }
}

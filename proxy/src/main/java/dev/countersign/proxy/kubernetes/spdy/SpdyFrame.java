package dev.countersign.proxy.kubernetes.spdy;

import static java.util.Objects.requireNonNull;

import java.util.Map;

/**
 * A frame that a client may send. Data comes in parts, however long the frame is.
 *
 * @see <a href="https://www.chromium.org/spdy/spdy-protocol/spdy-protocol-draft3-1/">SPDY 3.1, 2.6
 *     and 2.2.2</a>
 */
public sealed interface SpdyFrame {

  /**
   * Opens a stream. Layout: int31 stream, int31 associated stream, int3 priority, 13 bits that mean
   * nothing, header block.
   *
   * @param isLast whether the client sends nothing else on it
   */
  record SynStream(int stream, boolean isLast, Map<String, String> headers) implements SpdyFrame {
    public SynStream {
      headers = Map.copyOf(headers);
    }
  }

  /**
   * A part of what a stream carries.
   *
   * @param isLast whether nothing else comes on it
   */
  @SuppressWarnings("ArrayRecordComponent") // Its owner alone holds it; nobody compares frames.
  record Data(int stream, boolean isLast, byte[] payload) implements SpdyFrame {
    public Data {
      requireNonNull(payload, "payload");
    }

    /** Without the payload. */
    @Override
    public String toString() {
      return "Data[stream=%d, isLast=%s, length=%d]".formatted(stream, isLast, payload.length);
    }
  }

  /** Breaks a stream off. Layout: int31 stream, int32 status. */
  record Reset(int stream) implements SpdyFrame {}

  /** What the client would like; nobody has to do anything about it. */
  record Settings() implements SpdyFrame {}

  /** To be sent back. Layout: int32 id. */
  record Ping(int id) implements SpdyFrame {}

  /** The client opens no stream any more. Layout: int31 last stream, int32 status. */
  record GoAway() implements SpdyFrame {}

  /** The client can take so many bytes more. Layout: int31 stream, int31 bytes. */
  record WindowUpdate(int stream, int more) implements SpdyFrame {}
}

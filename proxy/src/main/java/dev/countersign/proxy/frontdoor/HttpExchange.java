package dev.countersign.proxy.frontdoor;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;

/** One request and its answer. Used by one thread, but for {@link #onClosed}. */
public interface HttpExchange {

  /** What the client speaks. */
  enum Protocol {
    HTTP_1_1,
    HTTP_2
  }

  String method();

  /** The path and query as they were sent, not decoded; begins with a slash. */
  String target();

  /** As they were sent; a {@code Host} is always among them, and it is only one. */
  HttpFields headers();

  InetSocketAddress remote();

  Protocol protocol();

  /** Whether this is a request that {@link #upgrade} can answer. */
  boolean asksForUpgrade();

  /**
   * The body. Whoever reads slowly slows the client down; a client that waits to be told so is told
   * to go on at the first read.
   *
   * @param limit in bytes; behind it reading throws {@link BodyTooLargeException}
   */
  InputStream body(long limit);

  /**
   * Begins the answer.
   *
   * @param fields without those that frame the message but {@code Content-Length}, which may be
   *     left out
   * @return its body: blocks while the client is slow, sends when flushed or when enough has been
   *     written, and ends the answer when closed
   */
  OutputStream respond(int status, HttpFields fields) throws IOException;

  /**
   * Answers 101. The connection belongs to the new protocol from then on.
   *
   * @param fields among them {@code Upgrade}; {@code Connection} is added
   * @throws IllegalStateException unless {@link #asksForUpgrade}
   */
  Duplex upgrade(HttpFields fields) throws IOException;

  /**
   * Has the client ask again over HTTP/1.1, instead of an answer.
   *
   * @throws IllegalStateException unless it speaks HTTP/2 and has not been answered
   */
  void requireHttp1();

  /**
   * Has each part of the answer's body looked at before it is sent.
   *
   * @param sending throws what breaks the answer off
   */
  void whenSending(Sending sending);

  /** How many bytes of the answer's body, or of what came after it, were sent. */
  long sent();

  /** Who looks at what is sent. */
  @FunctionalInterface
  interface Sending {
    void sent(int bytes) throws IOException;
  }

  /** Breaks off: the client sees that the answer is not whole. */
  void abort();

  /**
   * Has something done, on a thread of its own, when the client leaves or the exchange is over; at
   * once if it has been.
   */
  void onClosed(Runnable action);
}

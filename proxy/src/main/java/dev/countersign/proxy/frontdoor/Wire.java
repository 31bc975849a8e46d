package dev.countersign.proxy.frontdoor;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;

/** How one exchange is written in one version of HTTP. Called from any thread, in order. */
interface Wire {

  /** What the exchange is read from and written to; its own for each stream of HTTP/2. */
  Channel channel();

  /** Tells the client to send the body. */
  void goOn();

  /** Has what was written so far sent. */
  void flush();

  /**
   * Begins the answer.
   *
   * @param hasBody whether anything follows
   */
  void head(int status, HttpFields fields, boolean hasBody);

  /** A part of the body; takes the buffer over. */
  void content(ByteBuf part);

  /** Ends an answer that has a body. */
  void end();

  /** Answers 101; from here on {@link #content} writes bytes as they are. */
  void upgrade(HttpFields fields);

  /** Has the client ask again over HTTP/1.1; over HTTP/2 only. */
  void requireHttp1();

  /** Breaks off. */
  void abort();

  /**
   * The exchange is over.
   *
   * @param isClean whether its request has been read whole and its answer written whole
   */
  void finished(boolean isClean);
}

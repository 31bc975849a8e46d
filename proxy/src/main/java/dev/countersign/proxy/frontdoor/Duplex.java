package dev.countersign.proxy.frontdoor;

import java.io.InputStream;
import java.io.OutputStream;

/** A connection that speaks another protocol since it was upgraded: bytes in both directions. */
public interface Duplex extends AutoCloseable {

  /** What the client sends; reading blocks until there is something. */
  InputStream in();

  /** To the client; blocks while the client is slow, and sends when it is flushed. */
  OutputStream out();

  /** Ends the connection. */
  @Override
  void close();
}

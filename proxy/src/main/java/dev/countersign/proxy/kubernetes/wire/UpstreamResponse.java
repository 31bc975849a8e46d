package dev.countersign.proxy.kubernetes.wire;

import dev.countersign.proxy.frontdoor.HttpFields;
import java.io.InputStream;
import java.io.OutputStream;

/** An answer whose body, or whose new protocol, is yet to be read. */
public interface UpstreamResponse extends AutoCloseable {

  int status();

  HttpFields fields();

  /** The body; after a 101 whatever the upstream sends. */
  InputStream body();

  /** After a 101: to the upstream. From any number of threads, as each write goes whole. */
  OutputStream out();

  /** Ends it. The connection is used again only if the body has been read to its end. */
  @Override
  void close();
}

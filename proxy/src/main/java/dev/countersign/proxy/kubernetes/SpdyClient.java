package dev.countersign.proxy.kubernetes;

import dev.countersign.proxy.frontdoor.Duplex;
import dev.countersign.proxy.kubernetes.spdy.SpdyReader;
import dev.countersign.proxy.kubernetes.spdy.SpdyWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client whose terminal is over SPDY, as if it were over WebSocket: what it sends reads as frames
 * of a client, and frames of a server are written to it. One thread reads, another writes.
 */
final class SpdyClient implements Duplex {

  private static final Logger log = LoggerFactory.getLogger(SpdyClient.class);

  /** For a client to read the last words, and to close. */
  private static final Duration PARTING = Duration.ofSeconds(5);

  private final Duplex client;
  private final SpdyWriter writer;
  private final SpdyStreams streams;
  private final SpdyUpwards in;
  private final SpdyDownwards out;
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * @param client speaks SPDY
   * @param expected what the request asks to have streams for
   * @param upstream speaks WebSocket
   */
  SpdyClient(Duplex client, Set<TerminalChannel> expected, OutputStream upstream) {
    this.client = client;
    writer = new SpdyWriter(client.out());
    streams = new SpdyStreams(expected);
    in = new SpdyUpwards(new SpdyReader(client.in()), writer, streams);
    out = new SpdyDownwards(writer, streams, upstream);
  }

  @Override
  public InputStream in() {
    return in;
  }

  @Override
  public OutputStream out() {
    return out;
  }

  /** Whoever is still there reads why it ends before it does. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    try {
      if (!streams.awaitEnd(Duration.ZERO)) {
        out.part();
        boolean _ = streams.awaitEnd(PARTING);
      }
    } catch (IOException e) {
      log.atDebug().setCause(e).log("nobody was there");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      writer.close();
      client.close();
    }
  }
}

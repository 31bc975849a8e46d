package dev.countersign.proxy.kubernetes;

import dev.countersign.audit.event.Event.ContentRecorded.Stream;
import dev.countersign.proxy.frontdoor.Duplex;
import dev.countersign.proxy.frontdoor.Release;
import dev.countersign.proxy.kubernetes.wire.UpstreamResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A stream between client and upstream, after both have agreed to it. */
final class Tunnel {

  private static final Logger log = LoggerFactory.getLogger(Tunnel.class);

  /** Characters recorded of one stream: a copied file of any size does not fill the journal. */
  private static final long MOST_RECORDED = 32L << 20;

  private final Release release;
  private final AtomicLong recorded = new AtomicLong();
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong received = new AtomicLong();

  Tunnel(Release release) {
    this.release = release;
  }

  /** A terminal, recorded both ways. */
  void terminal(Duplex client, UpstreamResponse upstream) {
    run(
        client,
        upstream,
        (in, out) -> new Terminal(this::record).pass(in, out),
        (in, out) -> new Terminal(this::record).pass(in, out));
  }

  /** Bytes that nobody here understands, counted. */
  void opaque(Duplex client, UpstreamResponse upstream) {
    run(client, upstream, (in, out) -> count(in, out, sent), (in, out) -> count(in, out, received));
    release.content(
        Stream.REPORT, "%d bytes sent, %d received".formatted(sent.get(), received.get()));
  }

  /** One direction. */
  private interface Direction {
    void pass(InputStream in, OutputStream out) throws IOException;
  }

  private void run(Duplex client, UpstreamResponse upstream, Direction up, Direction down) {
    Thread upwards =
        Thread.ofVirtual()
            .name("kubernetes-stream")
            .start(
                () -> {
                  pass(up, client.in(), upstream.out());
                  upstream.close();
                });
    pass(down, upstream.body(), client.out());
    client.close();
    upstream.close();
    try {
      upwards.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void pass(Direction direction, InputStream in, OutputStream out) {
    try {
      direction.pass(in, out);
    } catch (IOException e) {
      log.atDebug().addKeyValue("decision", release.name()).setCause(e).log("a stream broke off");
    } catch (RuntimeException e) {
      log.atError().addKeyValue("decision", release.name()).setCause(e).log("a stream was ended");
    }
  }

  private static void count(InputStream in, OutputStream out, AtomicLong counter)
      throws IOException {
    byte[] block = new byte[16 << 10];
    for (int count = in.read(block); count >= 0; count = in.read(block)) {
      out.write(block, 0, count);
      out.flush();
      counter.addAndGet(count);
    }
  }

  private void record(Stream stream, String content) {
    long before = recorded.getAndAdd(content.length());
    if (before < MOST_RECORDED) {
      release.content(stream, content);
    } else if (before - content.length() < MOST_RECORDED) {
      release.content(Stream.REPORT, "from here on nothing is recorded: too much");
    }
  }
}

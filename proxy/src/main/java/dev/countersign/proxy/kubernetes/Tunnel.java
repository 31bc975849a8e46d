package dev.countersign.proxy.kubernetes;

import dev.countersign.audit.event.Event.ContentRecorded.Stream;
import dev.countersign.proxy.frontdoor.Duplex;
import dev.countersign.proxy.frontdoor.Release;
import dev.countersign.proxy.kubernetes.wire.UpstreamResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A stream between client and upstream, after both have agreed to it. */
final class Tunnel {

  private static final Logger log = LoggerFactory.getLogger(Tunnel.class);

  /** For a client to read why its terminal ends, and to close. */
  private static final Duration PARTING = Duration.ofSeconds(5);

  private final Release release;
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong received = new AtomicLong();

  Tunnel(Release release) {
    this.release = release;
  }

  /** A terminal, recorded both ways. */
  void terminal(Duplex client, UpstreamResponse upstream, TerminalRecording recording) {
    Terminal down = new Terminal(recording);
    run(
        client,
        upstream,
        (in, out) -> {
          try {
            new Terminal(recording).pass(in, out);
          } finally {
            upstream.close();
            if (recording.hasEnded()) {
              // A connection that is closed with something unread in it takes the last words along.
              in.transferTo(OutputStream.nullOutputStream());
            }
          }
        },
        down::pass,
        out -> {
          if (!recording.hasEnded()) {
            return Duration.ZERO;
          }
          down.end(
              "the gateway records all that goes over a terminal, and this was too much for one;"
                  + " copy files with kubectl cp",
              out);
          return PARTING;
        });
    recording.close();
  }

  /** Bytes that nobody here understands, counted. */
  void opaque(Duplex client, UpstreamResponse upstream) {
    run(
        client,
        upstream,
        (in, out) -> count(in, out, sent),
        (in, out) -> count(in, out, received),
        out -> Duration.ZERO);
    release.content(
        Stream.REPORT, "%d bytes sent, %d received".formatted(sent.get(), received.get()));
  }

  /** One direction. */
  private interface Direction {
    void pass(InputStream in, OutputStream out) throws IOException;
  }

  /** The last words to the client. */
  private interface Parting {
    /** Says how long the client may take to hear them. */
    Duration say(OutputStream out) throws IOException;
  }

  private void run(
      Duplex client, UpstreamResponse upstream, Direction up, Direction down, Parting parting) {
    Thread upwards =
        Thread.ofVirtual()
            .name("kubernetes-stream")
            .start(
                () -> {
                  pass(up, client.in(), upstream.out());
                  upstream.close();
                });
    pass(down, upstream.body(), client.out());
    upstream.close();
    try {
      boolean _ = upwards.join(part(parting, client.out()));
      client.close();
      upwards.join();
    } catch (InterruptedException e) {
      client.close();
      Thread.currentThread().interrupt();
    }
  }

  private Duration part(Parting parting, OutputStream out) {
    try {
      return parting.say(out);
    } catch (IOException e) {
      log.atDebug().addKeyValue("decision", release.name()).setCause(e).log("nobody was there");
      return Duration.ZERO;
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
}

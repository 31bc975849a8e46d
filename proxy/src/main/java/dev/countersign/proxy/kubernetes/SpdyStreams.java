package dev.countersign.proxy.kubernetes;

import dev.countersign.proxy.kubernetes.spdy.SpdyFrame;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The streams of one connection and what each of them is for. One thread tells what the client
 * does, another asks where to send.
 */
final class SpdyStreams {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String TYPE = "streamtype";

  private final Set<TerminalChannel> expected;
  private final Map<TerminalChannel, Integer> ids = new EnumMap<>(TerminalChannel.class);
  private final Set<TerminalChannel> ended = EnumSet.noneOf(TerminalChannel.class);
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private int last;
  private int answered;
  private boolean isOver;
  private volatile boolean isToldAll;

  /**
   * @param expected what the request asks for: each has a stream, and nothing else has one
   */
  SpdyStreams(Set<TerminalChannel> expected) {
    this.expected = Set.copyOf(expected);
  }

  /**
   * The client opens a stream.
   *
   * @return what it is for
   * @throws IOException if it was not to be expected
   */
  TerminalChannel opened(SpdyFrame.SynStream frame) throws IOException {
    TerminalChannel channel =
        TerminalChannel.named(frame.headers().getOrDefault(TYPE, ""))
            .filter(expected::contains)
            .orElseThrow(() -> new IOException("a SPDY stream that the request did not ask for"));
    lock.lock();
    try {
      boolean isNext = frame.stream() > last && frame.stream() % 2 == 1;
      if (!isNext || frame.headers().size() != 1 || ids.containsKey(channel)) {
        throw new IOException("a SPDY stream that is there twice, or out of turn");
      }
      last = frame.stream();
      ids.put(channel, frame.stream());
      if (frame.isLast()) {
        ended.add(channel);
      }
      return channel;
    } finally {
      lock.unlock();
    }
  }

  /**
   * What data of the client's is for.
   *
   * @throws IOException if nothing was to come on that stream
   */
  TerminalChannel received(SpdyFrame.Data frame) throws IOException {
    lock.lock();
    try {
      TerminalChannel channel =
          ids.entrySet().stream()
              .filter(entry -> entry.getValue() == frame.stream())
              .map(Map.Entry::getKey)
              .findFirst()
              .orElseThrow(() -> new IOException("SPDY data of a stream that is not open"));
      boolean isSilent = !channel.isUpward() && frame.payload().length > 0;
      if (isSilent || ended.contains(channel)) {
        throw new IOException("SPDY data where the client has nothing to send");
      }
      if (frame.isLast()) {
        ended.add(channel);
      }
      return channel;
    } finally {
      lock.unlock();
    }
  }

  /** The client has been told that a stream is open: what is sent on it before, it ignores. */
  void answered() {
    lock.lock();
    try {
      answered++;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until all streams are open: a client that is told of an end before cannot open them.
   *
   * @throws IOException if the client does not open them
   */
  void awaitAll() throws IOException {
    lock.lock();
    try {
      long left = PATIENCE.toNanos();
      while (answered < expected.size()) {
        if (isOver || left <= 0) {
          throw new IOException("the client does not open the SPDY streams it asked for");
        }
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      lock.unlock();
    }
  }

  /** The number of a stream, if the client has opened it. */
  Optional<Integer> find(TerminalChannel channel) {
    lock.lock();
    try {
      return Optional.ofNullable(ids.get(channel));
    } finally {
      lock.unlock();
    }
  }

  /** The numbers of all streams, in the order of their channels. */
  List<Integer> all() {
    lock.lock();
    try {
      return List.copyOf(ids.values());
    } finally {
      lock.unlock();
    }
  }

  /** The number of the stream that was opened last; zero if none was. */
  int last() {
    lock.lock();
    try {
      return last;
    } finally {
      lock.unlock();
    }
  }

  /** Nothing else is to be sent to the client: what it still sends means nothing. */
  void toldAll() {
    isToldAll = true;
  }

  boolean isToldAll() {
    return isToldAll;
  }

  /** Nothing comes from the client any more: nobody needs to wait for a stream. */
  void end() {
    lock.lock();
    try {
      isOver = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for the client to leave.
   *
   * @return whether it has
   */
  boolean awaitEnd(Duration most) throws InterruptedException {
    lock.lock();
    try {
      long left = most.toNanos();
      while (!isOver && left > 0) {
        left = changed.awaitNanos(left);
      }
      return isOver;
    } finally {
      lock.unlock();
    }
  }
}

package dev.countersign.proxy.frontdoor;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * An exchange between its channel's event loop, which calls the {@code on…} methods, and the thread
 * that serves it. What is handed over is bounded: the channel is read only when the thread waits
 * for bytes, and the thread waits while the channel has enough to write.
 */
final class LiveExchange implements HttpExchange {

  private static final int DRAINED = 256 << 10;
  private static final String BROKEN_OFF = "the exchange was broken off";

  private enum Answer {
    NONE,
    BEGUN,
    ENDED,
    UPGRADED,
    ABORTED
  }

  private final RequestHead head;
  private final InetSocketAddress remote;
  private final Wire wire;
  private final long stallNanos;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<ByteBuf> received = new ArrayDeque<>();
  private final List<Runnable> onClosed = new ArrayList<>();
  private boolean wants;
  private boolean bodyEnded;
  private boolean gone;
  private boolean toldToGoOn;
  private volatile Answer answer = Answer.NONE;
  private volatile Sending sending = bytes -> {};
  private final AtomicLong sent = new AtomicLong();

  LiveExchange(RequestHead head, InetSocketAddress remote, Wire wire, HttpsConfig.Limits limits) {
    this.head = head;
    this.remote = remote;
    this.wire = wire;
    stallNanos = limits.stall().toNanos();
  }

  @Override
  public String method() {
    return head.method();
  }

  @Override
  public String target() {
    return head.target();
  }

  @Override
  public HttpFields headers() {
    return head.fields();
  }

  @Override
  public InetSocketAddress remote() {
    return remote;
  }

  @Override
  public Protocol protocol() {
    return head.protocol();
  }

  @Override
  public boolean asksForUpgrade() {
    return head.asksForUpgrade();
  }

  @Override
  public InputStream body(long limit) {
    return new CappedInput(new Received(stallNanos), limit);
  }

  @Override
  public OutputStream respond(int status, HttpFields fields) throws IOException {
    if (answer == Answer.ABORTED) {
      throw new IOException(BROKEN_OFF);
    }
    if (answer != Answer.NONE) {
      throw new IllegalStateException("this request has been answered");
    }
    boolean hasBody =
        !head.method().equals("HEAD")
            && status != 204
            && status != 304
            && !fields.first("content-length").equals(Optional.of("0"));
    answer = Answer.BEGUN;
    boolean willClose = head.isLast() || (head.expectsContinue() && !toldToGoOn && !isBodyRead());
    HttpFields all = willClose ? fields.with("Connection", "close") : fields;
    if (hasBody) {
      return new BlockOutput(new Body(status, all));
    }
    wire.head(status, all, false);
    wire.flush();
    return new BlockOutput(new NoBody());
  }

  /** An answer with a body: its head goes with the first of it. */
  private final class Body implements BlockOutput.Sink {

    private final int status;
    private final HttpFields fields;
    private boolean isHeadSent;

    Body(int status, HttpFields fields) {
      this.status = status;
      this.fields = fields;
    }

    @Override
    public void send(byte[] bytes, int length) throws IOException {
      sendHead(fields);
      if (length > 0) {
        write(bytes, length);
      }
      wire.flush();
    }

    private void sendHead(HttpFields all) {
      if (!isHeadSent) {
        wire.head(status, all, true);
        // Not before: an answer without a head is none, and must not end as one.
        isHeadSent = true;
      }
    }

    @Override
    public void end(byte[] bytes, int length) throws IOException {
      if (answer != Answer.BEGUN) {
        return;
      }
      boolean isAll = !isHeadSent && length > 0 && fields.first("content-length").isEmpty();
      sendHead(isAll ? fields.with("Content-Length", Integer.toString(length)) : fields);
      if (length > 0) {
        write(bytes, length);
      }
      wire.end();
      wire.flush();
      answer = Answer.ENDED;
    }
  }

  /** An answer of which nothing follows the head, whatever is written. */
  private final class NoBody implements BlockOutput.Sink {

    @Override
    public void send(byte[] bytes, int length) {}

    @Override
    public void end(byte[] bytes, int length) {
      if (answer == Answer.BEGUN) {
        answer = Answer.ENDED;
      }
    }
  }

  @Override
  public Duplex upgrade(HttpFields fields) throws IOException {
    if (answer != Answer.NONE || !asksForUpgrade()) {
      throw new IllegalStateException("this request cannot be upgraded");
    }
    if (new Received(stallNanos).read() >= 0) {
      throw new IOException("a request with a body asks for an upgrade");
    }
    answer = Answer.UPGRADED;
    lock.lock();
    try {
      bodyEnded = false;
    } finally {
      lock.unlock();
    }
    wire.upgrade(fields);
    return new Upgraded();
  }

  /** The bytes of both directions. */
  private final class Upgraded implements Duplex {

    private final InputStream in = new Received(Long.MAX_VALUE);
    private final OutputStream out =
        new BlockOutput(
            new BlockOutput.Sink() {
              @Override
              public void send(byte[] bytes, int length) throws IOException {
                if (length > 0) {
                  write(bytes, length);
                }
                wire.flush();
              }

              @Override
              public void end(byte[] bytes, int length) throws IOException {
                send(bytes, length);
              }
            });

    @Override
    public InputStream in() {
      return in;
    }

    @Override
    public OutputStream out() {
      return out;
    }

    @Override
    public void close() {
      abort();
    }
  }

  @Override
  public void requireHttp1() {
    if (answer != Answer.NONE || head.protocol() != Protocol.HTTP_2) {
      throw new IllegalStateException("this request cannot be asked over HTTP/1.1 instead");
    }
    answer = Answer.ABORTED;
    wire.requireHttp1();
  }

  @Override
  public void whenSending(Sending watching) {
    sending = watching;
  }

  @Override
  public long sent() {
    return sent.get();
  }

  @Override
  public void abort() {
    answer = Answer.ABORTED;
    wire.abort();
  }

  @Override
  public void onClosed(Runnable action) {
    lock.lock();
    try {
      if (!gone) {
        onClosed.add(action);
        return;
      }
    } finally {
      lock.unlock();
    }
    Thread.startVirtualThread(action);
  }

  private boolean isBodyRead() {
    lock.lock();
    try {
      return bodyEnded && received.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  private void write(byte[] bytes, int length) throws IOException {
    try {
      sending.sent(length);
    } catch (IOException e) {
      abort();
      throw e;
    }
    Channel channel = wire.channel();
    lock.lock();
    try {
      long left = stallNanos;
      while (!gone && !channel.isWritable()) {
        if (left <= 0) {
          abort();
          throw new IOException("the client takes nothing");
        }
        left = changed.awaitNanos(left);
      }
      if (gone) {
        throw new IOException("the client has left");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      lock.unlock();
    }
    var _ = sent.addAndGet(length);
    wire.content(Unpooled.wrappedBuffer(bytes, 0, length));
  }

  /** Called when the serving thread has returned. */
  void served(@Nullable Throwable failure) {
    if (failure != null && answer == Answer.BEGUN) {
      abort();
    }
    if (answer == Answer.NONE) {
      try (OutputStream out = respond(500, HttpFields.of("Content-Length", "0"))) {
        out.flush();
      } catch (IOException e) {
        abort();
      }
    }
    boolean isClean = answer == Answer.ENDED && drain() && !head.isLast();
    release();
    if (answer != Answer.ABORTED) {
      wire.finished(isClean);
    }
  }

  /** Reads what is left of a body, if it is little: the client may still be sending it. */
  private boolean drain() {
    if (head.expectsContinue() && !toldToGoOn && !isBodyRead()) {
      return false;
    }
    if (isBodyRead()) {
      return true;
    }
    try (InputStream rest = new Received(TimeUnit.SECONDS.toNanos(2))) {
      byte[] discarded = new byte[8 << 10];
      int total = 0;
      int count;
      while ((count = rest.read(discarded)) >= 0) {
        total += count;
        if (total > DRAINED) {
          return false;
        }
      }
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private void release() {
    List<Runnable> actions;
    lock.lock();
    try {
      gone = true;
      received.forEach(ByteBuf::release);
      received.clear();
      actions = List.copyOf(onClosed);
      onClosed.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    actions.forEach(Thread::startVirtualThread);
  }

  /** On the event loop: a part of the body. */
  void onContent(ByteBuf part) {
    lock.lock();
    try {
      if (gone) {
        part.release();
        return;
      }
      received.add(part);
      wants = false;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** On the event loop. */
  void onBodyEnd() {
    lock.lock();
    try {
      bodyEnded = true;
      wants = false;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** On the event loop: nobody is there any more. */
  void onGone() {
    release();
  }

  /** On the event loop. */
  void onWritable() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** On the event loop: whether the thread waits for more. */
  boolean wants() {
    lock.lock();
    try {
      return wants;
    } finally {
      lock.unlock();
    }
  }

  /** The body, or what comes after an upgrade. */
  private final class Received extends BlockInput {

    private final long patience;
    private final boolean isUpgraded;

    Received(long patience) {
      this.patience = patience;
      this.isUpgraded = answer == Answer.UPGRADED;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      lock.lock();
      try {
        if (!await()) {
          return -1;
        }
        ByteBuf first = received.getFirst();
        int size = Math.min(length, first.readableBytes());
        first.readBytes(into, offset, size);
        if (!first.isReadable()) {
          received.removeFirst().release();
        }
        return size;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      } finally {
        lock.unlock();
      }
    }

    private boolean await() throws IOException, InterruptedException {
      long left = patience;
      while (received.isEmpty()) {
        if (bodyEnded) {
          return false;
        }
        if (gone) {
          if (isUpgraded) {
            return false;
          }
          throw new IOException(answer == Answer.ABORTED ? BROKEN_OFF : "the client has left");
        }
        if (left <= 0) {
          throw new IOException("the client sends nothing");
        }
        ask();
        left = changed.awaitNanos(left);
      }
      return true;
    }

    private void ask() {
      if (head.expectsContinue() && !toldToGoOn && answer == Answer.NONE) {
        toldToGoOn = true;
        wire.goOn();
      }
      if (!wants) {
        wants = true;
        var _ = wire.channel().read();
      }
    }

    @Override
    public int available() {
      lock.lock();
      try {
        return received.isEmpty() ? 0 : received.getFirst().readableBytes();
      } finally {
        lock.unlock();
      }
    }
  }
}

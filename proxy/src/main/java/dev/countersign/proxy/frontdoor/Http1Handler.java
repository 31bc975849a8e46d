package dev.countersign.proxy.frontdoor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One connection of HTTP/1.1: one exchange after the other. Confined to its event loop. */
final class Http1Handler extends ChannelInboundHandlerAdapter {

  private final Http1Decoder decoder;
  private final HttpsConfig.Limits limits;
  private final Serving serving;
  private @Nullable ChannelHandlerContext context;
  private @Nullable LiveExchange exchange;
  private @Nullable Future<?> deadline;

  Http1Handler(Http1Decoder decoder, HttpsConfig.Limits limits, Serving serving) {
    this.decoder = decoder;
    this.limits = limits;
    this.serving = serving;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
    awaitRequest(added, limits.head());
  }

  private void awaitRequest(ChannelHandlerContext in, Duration patience) {
    exchange = null;
    deadline = in.executor().schedule(() -> close(in), patience.toMillis(), TimeUnit.MILLISECONDS);
    in.read();
  }

  @Override
  public void channelRead(ChannelHandlerContext in, Object message) {
    switch (message) {
      case RequestHead head -> begin(in, head);
      case ByteBuf part when exchange != null -> exchange.onContent(part);
      case ByteBuf part -> part.release();
      case Http1Decoder.BodyEnd _ when exchange != null -> {
        exchange.onBodyEnd();
        // To hear that the client leaves while it waits for an answer.
        in.read();
      }
      case BadRequestException refused when exchange == null -> refuse(in, refused);
      // In the middle of a body: what has been answered so far cannot be taken back.
      case BadRequestException _ -> close(in);
      default -> throw new IllegalStateException("unknown message " + message.getClass());
    }
  }

  private void begin(ChannelHandlerContext in, RequestHead head) {
    cancelDeadline();
    LiveExchange next =
        new LiveExchange(
            head,
            (InetSocketAddress) in.channel().remoteAddress(),
            new Http1Wire(in.channel(), this),
            limits);
    exchange = next;
    serving.serve(head, next);
  }

  private static void refuse(ChannelHandlerContext in, BadRequestException refused) {
    byte[] body = (refused.getMessage() + "\n").getBytes(UTF_8);
    String head =
        "HTTP/1.1 %d Refused\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n"
            .formatted(refused.status(), body.length);
    in.writeAndFlush(
            Unpooled.wrappedBuffer(
                Unpooled.wrappedBuffer(head.getBytes(UTF_8)), Unpooled.wrappedBuffer(body)))
        .addListener(ChannelFutureListener.CLOSE);
  }

  private void cancelDeadline() {
    if (deadline != null) {
      deadline.cancel(false);
      deadline = null;
    }
  }

  private static void close(ChannelHandlerContext in) {
    var _ = in.close();
  }

  /** The exchange is over, the connection is not. */
  void onFinished() {
    ChannelHandlerContext in = context;
    if (in == null || !in.channel().isActive()) {
      return;
    }
    awaitRequest(in, limits.idle());
    resume(() -> decoder.next(decoderContext(in)));
  }

  /** What comes from now on is passed as it is. */
  void onUpgraded() {
    ChannelHandlerContext in = context;
    if (in != null && in.channel().isActive()) {
      resume(() -> decoder.raw(decoderContext(in)));
    }
  }

  private static ChannelHandlerContext decoderContext(ChannelHandlerContext in) {
    return in.pipeline().context(Http1Decoder.class);
  }

  /** Something that decodes. */
  private interface Decoding {
    void run() throws Exception;
  }

  private void resume(Decoding decoding) {
    try {
      decoding.run();
    } catch (Exception e) {
      var _ = requireNonNull(context).close();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext in) {
    LiveExchange current = exchange;
    if (current == null ? deadline != null : current.wants()) {
      in.read();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext in) {
    if (exchange != null) {
      exchange.onWritable();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext in) {
    cancelDeadline();
    if (exchange != null) {
      exchange.onGone();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext in, Throwable cause) {
    // A client that went away, or broke TLS: there is nobody to tell.
    close(in);
  }
}

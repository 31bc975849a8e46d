package dev.countersign.proxy.postgres;

import dev.countersign.decision.resource.PostgresUpstream;
import dev.countersign.proxy.postgres.wire.StartupPacket;
import dev.countersign.proxy.postgres.wire.WireException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/**
 * Asks an upstream for TLS and insists on it. Between the request and the handshake exactly one
 * byte may come (PG-P01).
 */
final class UpstreamTls extends ChannelInboundHandlerAdapter {

  private final PostgresUpstream upstream;
  private final SslContext context;
  private final CompletableFuture<Void> ready;

  /**
   * @param context of {@link #context}
   * @param ready completes when the upstream has proven who it is
   */
  UpstreamTls(PostgresUpstream upstream, SslContext context, CompletableFuture<Void> ready) {
    this.upstream = upstream;
    this.context = context;
    this.ready = ready;
  }

  /**
   * Whom to trust there. Reads files: keep it off the event loop.
   *
   * @throws IOException if nobody can tell
   */
  static SslContext context(PostgresUpstream upstream) throws IOException {
    SslContextBuilder builder =
        SslContextBuilder.forClient().endpointIdentificationAlgorithm("HTTPS");
    if (upstream.authority().isPresent()) {
      builder.trustManager(upstream.authority().get().trust());
    }
    return builder.build();
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    ByteBuf out = ctx.alloc().buffer(8);
    new StartupPacket.SslRequest().encode(out);
    var _ = ctx.writeAndFlush(out);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf in = (ByteBuf) message;
    try {
      if (in.readByte() != 'S') {
        throw new WireException.Unexpected("the upstream does not offer TLS");
      }
      if (in.isReadable()) {
        throw new WireException.Unexpected("bytes came between the upstream's answer and TLS");
      }
    } finally {
      in.release();
    }
    SslHandler tls = context.newHandler(ctx.alloc(), upstream.host(), upstream.port());
    // This stays behind it until then: whatever goes wrong is told to whoever waits.
    ctx.pipeline().addBefore(ctx.name(), "tls", tls);
    tls.handshakeFuture()
        .addListener(
            handshake -> {
              if (handshake.isSuccess()) {
                ctx.pipeline().remove(this);
                ready.complete(null);
              } else {
                ready.completeExceptionally(handshake.cause());
              }
            });
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    ready.completeExceptionally(new WireException.Unexpected("the upstream hung up"));
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ready.completeExceptionally(cause);
    var _ = ctx.close();
  }
}

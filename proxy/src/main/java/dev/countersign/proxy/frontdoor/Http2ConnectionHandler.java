package dev.countersign.proxy.frontdoor;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.timeout.IdleStateEvent;

/** A connection of HTTP/2 as a whole: closed when it is idle, broken or stuck. */
final class Http2ConnectionHandler extends ChannelInboundHandlerAdapter {

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (!(event instanceof IdleStateEvent)) {
      context.fireUserEventTriggered(event);
    } else if (isStuck(context.channel())) {
      // It would take no goodbye either.
      var _ = context.pipeline().firstContext().close();
    } else if (!hasStreams(context)) {
      var _ = context.close();
    }
  }

  private static boolean hasStreams(ChannelHandlerContext context) {
    Http2FrameCodec codec = context.pipeline().get(Http2FrameCodec.class);
    return codec != null && codec.connection().numActiveStreams() > 0;
  }

  /** Whether something waits for the client, be it only that a stream was broken off. */
  private static boolean isStuck(Channel connection) {
    ChannelOutboundBuffer waiting = connection.unsafe().outboundBuffer();
    return waiting != null && waiting.totalPendingWriteBytes() > 0;
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    var _ = context.close();
  }
}

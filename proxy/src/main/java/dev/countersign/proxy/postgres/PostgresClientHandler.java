package dev.countersign.proxy.postgres;

import dev.countersign.proxy.frontdoor.TlsPort;
import dev.countersign.proxy.postgres.wire.WireException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.timeout.IdleStateEvent;

/** Tells a conversation what happens on the client's side. */
final class PostgresClientHandler extends ChannelInboundHandlerAdapter {

  private final Conversation conversation;
  private final Runnable onEnd;

  /**
   * @param onEnd runs once, when the client's connection is gone
   */
  PostgresClientHandler(Conversation conversation, Runnable onEnd) {
    this.conversation = conversation;
    this.onEnd = onEnd;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object frame) {
    conversation.onClientFrame((ByteBuf) frame);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    conversation.onClientReadComplete();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    conversation.onWritabilityChanged();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof IdleStateEvent) {
      conversation.onIdle();
    } else if (event == TlsPort.Dismissal.NOW) {
      conversation.fatal(Refusal.stopping());
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    conversation.onClosed("the client has left");
    onEnd.run();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    Throwable fault = cause.getCause() instanceof WireException inner ? inner : cause;
    if (fault instanceof WireException) {
      conversation.fatal(
          Refusal.of(Refusal.PROTOCOL_VIOLATION, String.valueOf(fault.getMessage())));
    } else {
      conversation.onClosed("the client's connection broke");
    }
  }
}

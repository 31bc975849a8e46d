package dev.countersign.proxy.postgres;

import dev.countersign.proxy.postgres.wire.WireException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/** Tells a conversation what happens on the upstream's side. */
final class PostgresUpstreamHandler extends ChannelInboundHandlerAdapter {

  private final Conversation conversation;

  PostgresUpstreamHandler(Conversation conversation) {
    this.conversation = conversation;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object frame) {
    conversation.onUpstreamFrame((ByteBuf) frame);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    conversation.onUpstreamReadComplete();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    conversation.onWritabilityChanged();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    conversation.onUpstreamClosed();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause.getCause() instanceof WireException fault) {
      conversation.onUpstreamFault(fault);
    } else {
      conversation.fatal(
          Refusal.of(Refusal.PROTOCOL_VIOLATION, "the connection to the upstream broke"));
    }
  }
}

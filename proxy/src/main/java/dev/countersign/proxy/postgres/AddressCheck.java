package dev.countersign.proxy.postgres;

import dev.countersign.decision.resource.Networks;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.util.Optional;

/**
 * Lets a connection to an upstream begin only where upstreams may be. It sees the address itself,
 * after the name was resolved for the last time.
 */
final class AddressCheck extends ChannelOutboundHandlerAdapter {

  private final Networks networks;

  AddressCheck(Networks networks) {
    this.networks = networks;
  }

  @Override
  public void connect(
      ChannelHandlerContext ctx,
      SocketAddress remote,
      SocketAddress local,
      ChannelPromise promise) {
    Optional<String> objection = networks.objection(remote);
    if (objection.isPresent()) {
      promise.setFailure(
          new ConnectException("no upstream may be at " + remote + ": " + objection.get()));
    } else {
      var _ = ctx.connect(remote, local, promise);
    }
  }
}

package dev.countersign.cli.bench;

import dev.countersign.proxy.frontdoor.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * Passes bytes on and looks at none, with the gateway's own library and event loops: what is left
 * between this and the gateway is what the gateway is for.
 */
final class Relay implements AutoCloseable {

  private final Transport transport = Transport.ofThisPlatform();
  private final EventLoopGroup loops = transport.loops(0);
  private final InetSocketAddress server;
  private final int port;

  private Relay(int serverPort) throws InterruptedException {
    server = new InetSocketAddress(InetAddress.getLoopbackAddress(), serverPort);
    Channel listener =
        new ServerBootstrap()
            .group(loops)
            .channel(transport.listener())
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.AUTO_READ, false)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel client) {
                    connect(client);
                  }
                })
            .bind(InetAddress.getLoopbackAddress(), 0)
            .sync()
            .channel();
    port = ((InetSocketAddress) listener.localAddress()).getPort();
  }

  /** Starts one in front of a server. */
  static Relay start(int serverPort) throws InterruptedException {
    return new Relay(serverPort);
  }

  int port() {
    return port;
  }

  private void connect(Channel client) {
    new Bootstrap()
        .group(client.eventLoop())
        .channel(transport.socket())
        .option(ChannelOption.TCP_NODELAY, true)
        .handler(new PassOn(client))
        .connect(server)
        .addListener(
            (ChannelFutureListener)
                connected -> {
                  client.pipeline().addLast(new PassOn(connected.channel()));
                  client.config().setAutoRead(connected.isSuccess());
                });
  }

  @Override
  public void close() {
    loops.shutdownGracefully().awaitUninterruptibly();
  }

  private static final class PassOn extends ChannelInboundHandlerAdapter {

    private final Channel other;

    PassOn(Channel other) {
      this.other = other;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) {
      var _ = other.write(bytes, other.voidPromise());
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      other.flush();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      var _ = other.close();
    }
  }
}

package dev.countersign.proxy.frontdoor;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.util.function.Supplier;

/**
 * The sockets of this platform: epoll where the kernel and the native library have it, else NIO.
 */
public enum Transport {
  EPOLL(EpollIoHandler::newFactory, EpollServerSocketChannel.class, EpollSocketChannel.class),
  NIO(NioIoHandler::newFactory, NioServerSocketChannel.class, NioSocketChannel.class);

  @SuppressWarnings("ImmutableEnumChecker") // A reference to a static factory method.
  private final Supplier<IoHandlerFactory> loops;

  private final Class<? extends ServerChannel> listener;
  private final Class<? extends Channel> socket;

  Transport(
      Supplier<IoHandlerFactory> loops,
      Class<? extends ServerChannel> listener,
      Class<? extends Channel> socket) {
    this.loops = loops;
    this.listener = listener;
    this.socket = socket;
  }

  public static Transport ofThisPlatform() {
    return Epoll.isAvailable() ? EPOLL : NIO;
  }

  /**
   * Event loops; whoever asks shuts them down.
   *
   * @param threads how many; 0 for Netty's default
   */
  public EventLoopGroup loops(int threads) {
    return new MultiThreadIoEventLoopGroup(threads, loops.get());
  }

  public Class<? extends ServerChannel> listener() {
    return listener;
  }

  public Class<? extends Channel> socket() {
    return socket;
  }
}

package dev.countersign.proxy.frontdoor;

import dev.countersign.decision.certificate.CertificateFiles;
import dev.countersign.decision.certificate.ServerCertificate;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** A port where clients come with TLS, its one certificate, and the threads that serve them. */
public final class TlsPort implements AutoCloseable {

  /** What the handlers of a connection are told when the port is to close. */
  public enum Dismissal {
    /** Whoever has something to say to a client says it now, and closes. */
    NOW
  }

  private static final int BACKLOG = 1_024;
  private static final long LAST_WORDS_MILLIS = 1_000;

  private final InetSocketAddress address;
  private final CertificateFiles certificate;
  private final String[] protocols;
  private final Transport transport = Transport.ofThisPlatform();
  private final ChannelGroup clients = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private volatile SslContext tls;
  private @Nullable EventLoopGroup loops;
  private @Nullable Channel listener;

  /**
   * @param certificate the chain, PEM
   * @param key of the certificate, PKCS #8 in PEM
   * @param protocols what clients may agree on by ALPN
   * @throws IOException if the certificate or its key cannot be used
   */
  public TlsPort(InetSocketAddress address, Path certificate, Path key, String... protocols)
      throws IOException {
    this(address, new CertificateFiles(certificate, key), protocols);
  }

  TlsPort(InetSocketAddress address, CertificateFiles certificate, String... protocols)
      throws IOException {
    this.address = address;
    this.certificate = certificate;
    this.protocols = protocols;
    tls = context(certificate.read());
  }

  private SslContext context(ServerCertificate certificate) throws SSLException {
    return SslContextBuilder.forServer(
            certificate.key(), certificate.chain().toArray(X509Certificate[]::new))
        .protocols("TLSv1.3", "TLSv1.2")
        .applicationProtocolConfig(
            new ApplicationProtocolConfig(
                ApplicationProtocolConfig.Protocol.ALPN,
                ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                protocols))
        .build();
  }

  private void show(ServerCertificate renewed) {
    try {
      tls = context(renewed);
    } catch (SSLException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Begins to listen.
   *
   * @param accept takes each connection, on its event loop
   * @return the address, with its real port
   * @throws IOException if the address cannot be bound
   */
  public InetSocketAddress open(Consumer<Channel> accept) throws IOException {
    EventLoopGroup group = transport.loops(0);
    loops = group;
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(group)
            .channel(transport.listener())
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    clients.add(channel);
                    accept.accept(channel);
                  }
                });
    var bound = bootstrap.bind(address).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException("cannot listen on " + address, bound.cause());
    }
    listener = bound.channel();
    certificate.watch(this::show);
    return (InetSocketAddress) bound.channel().localAddress();
  }

  /** For the next connection: the certificate may have been renewed. */
  public SslContext tls() {
    return tls;
  }

  public Transport transport() {
    return transport;
  }

  /** One of the threads, for what no client's connection belongs to; of an open port only. */
  public EventLoop loop() {
    if (loops == null) {
      throw new IllegalStateException("the port " + address + " is not open");
    }
    return loops.next();
  }

  /** Stops listening and has every connection end by itself, for a moment. */
  public void dismiss() {
    if (listener != null) {
      listener.close().awaitUninterruptibly();
    }
    clients.forEach(client -> client.pipeline().fireUserEventTriggered(Dismissal.NOW));
    clients.newCloseFuture().awaitUninterruptibly(LAST_WORDS_MILLIS);
  }

  /** Stops listening and breaks off all connections. */
  @Override
  public void close() {
    certificate.close();
    if (listener != null) {
      listener.close().awaitUninterruptibly();
    }
    clients.close().awaitUninterruptibly();
    if (loops != null) {
      loops.shutdownGracefully(0, 2_000, TimeUnit.MILLISECONDS).awaitUninterruptibly();
    }
  }
}

package dev.countersign.proxy.frontdoor;

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
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A port where clients come with TLS, its one certificate, and the threads that serve them. */
public final class TlsPort implements AutoCloseable {

  private static final int BACKLOG = 1_024;
  private static final Pattern PRIVATE_KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]*)-----END PRIVATE KEY-----");

  private final InetSocketAddress address;
  private final SslContext tls;
  private final Transport transport = Transport.ofThisPlatform();
  private final ChannelGroup clients = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
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
    this.address = address;
    try {
      tls =
          SslContextBuilder.forServer(certificate.toFile(), key.toFile())
              .protocols("TLSv1.3", "TLSv1.2")
              .applicationProtocolConfig(
                  new ApplicationProtocolConfig(
                      ApplicationProtocolConfig.Protocol.ALPN,
                      ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                      ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                      protocols))
              .build();
    } catch (IllegalArgumentException e) {
      throw new IOException("certificate " + certificate + " or key " + key + " cannot be used", e);
    }
    requirePair(certificate, key);
  }

  /** The library takes any two; then no client gets in, and each is told something else. */
  private static void requirePair(Path certificate, Path key) throws IOException {
    boolean pair;
    try (InputStream in = Files.newInputStream(certificate)) {
      PublicKey known =
          CertificateFactory.getInstance("X.509").generateCertificate(in).getPublicKey();
      String algorithm = known.getAlgorithm();
      Signature signature =
          Signature.getInstance(
              switch (algorithm) {
                case "RSA" -> "SHA256withRSA";
                case "EC" -> "SHA256withECDSA";
                case "EdDSA" -> "EdDSA";
                default -> throw new NoSuchAlgorithmException(algorithm);
              });
      Matcher pem = PRIVATE_KEY.matcher(Files.readString(key));
      if (!pem.find()) {
        throw new IOException(key + " holds no PRIVATE KEY, which is PKCS #8 in PEM");
      }
      byte[] der = Base64.getMimeDecoder().decode(pem.group(1));
      signature.initSign(
          KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der)));
      byte[] signed = signature.sign();
      signature.initVerify(known);
      pair = signature.verify(signed);
    } catch (NoSuchAlgorithmException e) {
      return; // Of a kind that only the library knows: it decides.
    } catch (InvalidKeySpecException e) {
      pair = false;
    } catch (GeneralSecurityException e) {
      throw new IOException("certificate " + certificate + " or key " + key + " cannot be used", e);
    }
    if (!pair) {
      throw new IOException("key " + key + " is not the key of the certificate " + certificate);
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
    return (InetSocketAddress) bound.channel().localAddress();
  }

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

  /** Stops listening and breaks off all connections. */
  @Override
  public void close() {
    if (listener != null) {
      listener.close().awaitUninterruptibly();
    }
    clients.close().awaitUninterruptibly();
    if (loops != null) {
      loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }
  }
}

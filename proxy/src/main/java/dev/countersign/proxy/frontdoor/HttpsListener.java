package dev.countersign.proxy.frontdoor;

import static java.util.Objects.requireNonNull;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.timeout.IdleStateHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Listens for HTTPS clients, HTTP/1.1 and HTTP/2, and routes their requests to the doors by the
 * first segment of the path.
 */
public final class HttpsListener implements AutoCloseable {

  private static final WriteBufferWaterMark WATER_MARK =
      new WriteBufferWaterMark(64 << 10, 256 << 10);

  /** Of one stream among many on a connection. */
  private static final WriteBufferWaterMark STREAM_MARK =
      new WriteBufferWaterMark(32 << 10, 64 << 10);

  private final HttpsConfig config;
  private final Serving serving;
  private final TlsPort port;
  private final AtomicInteger connections = new AtomicInteger();

  /**
   * @param doors by the first segment of the paths they own
   * @throws IOException if the certificate or its key cannot be used
   */
  public HttpsListener(HttpsConfig config, Map<String, HttpDoor> doors) throws IOException {
    this.config = requireNonNull(config, "config");
    serving = new Serving(doors);
    port =
        new TlsPort(
            config.listen(),
            config.certificate(),
            config.key(),
            ApplicationProtocolNames.HTTP_2,
            ApplicationProtocolNames.HTTP_1_1);
  }

  /**
   * Begins to listen.
   *
   * @return the address, with its real port
   * @throws IOException if the address cannot be bound
   */
  public InetSocketAddress start() throws IOException {
    return port.open(this::accept);
  }

  private void accept(Channel channel) {
    channel.closeFuture().addListener(closed -> connections.decrementAndGet());
    if (connections.incrementAndGet() > config.limits().connections()) {
      var _ = channel.close();
      return;
    }
    channel.config().setWriteBufferWaterMark(WATER_MARK);
    SslHandler handler = port.tls().newHandler(channel.alloc());
    handler.setHandshakeTimeout(config.limits().head().toMillis(), TimeUnit.MILLISECONDS);
    channel.pipeline().addLast("tls", handler).addLast("alpn", new Negotiation());
  }

  /** Builds the rest of the pipeline when it is known what the client speaks. */
  private final class Negotiation extends ApplicationProtocolNegotiationHandler {

    Negotiation() {
      super(ApplicationProtocolNames.HTTP_1_1);
    }

    @Override
    protected void configurePipeline(ChannelHandlerContext context, String protocol) {
      HttpsConfig.Limits limits = config.limits();
      switch (protocol) {
        case ApplicationProtocolNames.HTTP_2 ->
            context
                .pipeline()
                .addLast(
                    "idle",
                    new IdleStateHandler(0, limits.idle().toMillis(), 0, TimeUnit.MILLISECONDS))
                .addLast(
                    "frames",
                    Http2FrameCodecBuilder.forServer()
                        .initialSettings(
                            Http2Settings.defaultSettings()
                                .maxConcurrentStreams(limits.streams())
                                .maxHeaderListSize(limits.headBytes()))
                        .build())
                .addLast(
                    "streams",
                    new Http2MultiplexHandler(
                        new ChannelInitializer<>() {
                          @Override
                          protected void initChannel(Channel stream) {
                            stream.config().setAutoRead(false);
                            stream.config().setWriteBufferWaterMark(STREAM_MARK);
                            stream
                                .pipeline()
                                .addLast("request", new Http2StreamHandler(limits, serving));
                          }
                        }))
                .addLast("connection", new Http2ConnectionHandler());
        case ApplicationProtocolNames.HTTP_1_1 -> {
          context.channel().config().setAutoRead(false);
          Http1Decoder decoder = new Http1Decoder(limits.headBytes());
          context
              .pipeline()
              .addLast("decode", decoder)
              .addLast("request", new Http1Handler(decoder, limits, serving));
        }
        default -> throw new IllegalStateException("nobody offered " + protocol);
      }
    }

    /** A handshake that failed: somebody who is no client of ours. */
    @Override
    protected void handshakeFailure(ChannelHandlerContext context, Throwable cause) {
      var _ = context.close();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      var _ = context.close();
    }
  }

  /** Has the doors end what goes on, stops listening and breaks off all exchanges. */
  @Override
  public void close() {
    serving.dismiss();
    port.close();
  }
}

package dev.countersign.proxy.postgres;

import dev.countersign.decision.resource.PostgresUpstream;
import dev.countersign.proxy.frontdoor.Transport;
import dev.countersign.proxy.postgres.wire.FrameDecoder;
import dev.countersign.proxy.postgres.wire.ScramKeys;
import dev.countersign.proxy.postgres.wire.StartupPacket.CancelRequest;
import dev.countersign.proxy.postgres.wire.StartupPacket.StartupMessage;
import dev.countersign.proxy.postgres.wire.WireException;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * Opens connections to an upstream, on the event loop of the client they are for.
 *
 * @param patience for how long an upstream may say nothing before it lets the gateway in
 */
record UpstreamConnector(
    PostgresUpstream upstream,
    EventLoop loop,
    Transport transport,
    ScramKeys keys,
    Executor blocking,
    Duration patience) {

  private static final int CONNECT_MILLIS = 10_000;

  /**
   * A connection that is logged in; reading is off, so that whoever takes it over misses nothing.
   */
  record Connected(Channel channel, UpstreamLogin.LoggedIn login) {}

  /**
   * Connects and logs in.
   *
   * @param fixed what stays as the gateway sets it
   * @param settings further startup parameters
   * @param longest the longest message it may send, in bytes
   */
  CompletableFuture<Connected> logIn(
      SessionSettings fixed, Map<String, String> settings, int longest) {
    Map<String, String> parameters = new LinkedHashMap<>(settings);
    parameters.put("user", upstream.user());
    parameters.put("database", upstream.database());
    parameters.put(SessionSettings.APPLICATION_NAME, fixed.applicationName());
    parameters.put("client_encoding", "UTF8");
    parameters.put(
        "options",
        UpstreamLogin.options(upstream) + fixed.options() + SessionRoles.options(upstream));
    CompletableFuture<UpstreamLogin.LoggedIn> done = new CompletableFuture<>();
    UpstreamLogin login =
        new UpstreamLogin(upstream, new StartupMessage(3, 0, parameters), keys, blocking, done);
    CompletableFuture<Channel> ready = open();
    var _ =
        ready.whenComplete(
            (channel, failure) -> {
              if (failure != null) {
                done.completeExceptionally(failure);
                return;
              }
              channel
                  .pipeline()
                  .addLast("frames", new FrameDecoder(longest))
                  .addLast("login", login);
              ChannelHandlerContext ctx = channel.pipeline().context(login);
              login.begin(ctx);
            });
    giveUpOn(done, ready);
    return done.thenCombine(ready, (loggedIn, channel) -> new Connected(channel, loggedIn));
  }

  /**
   * Cancels what another connection runs.
   *
   * @return done when the request has been sent, or cannot be; nobody learns whether it worked:
   *     that is the protocol
   */
  CompletableFuture<Void> cancel(CancelRequest request) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    var _ =
        open()
            .whenComplete(
                (channel, failure) -> {
                  if (failure != null) {
                    done.complete(null);
                    return;
                  }
                  ByteBuf out = channel.alloc().buffer();
                  request.encode(out);
                  channel.writeAndFlush(out).addListener(ChannelFutureListener.CLOSE);
                  channel.closeFuture().addListener(closed -> done.complete(null));
                });
    return done;
  }

  /** A connection over which the protocol may begin: encrypted, if that is asked for. */
  private CompletableFuture<Channel> open() {
    CompletableFuture<Channel> ready = new CompletableFuture<>();
    switch (upstream.tls()) {
      case DISABLE -> connect(Optional.empty(), ready);
      case VERIFY_FULL ->
          blocking.execute(
              () -> {
                try {
                  SslContext context = UpstreamTls.context(upstream);
                  loop.execute(() -> connect(Optional.of(context), ready));
                } catch (IOException e) {
                  loop.execute(() -> ready.completeExceptionally(e));
                }
              });
    }
    return ready;
  }

  private void connect(Optional<SslContext> context, CompletableFuture<Channel> ready) {
    CompletableFuture<Void> tls = new CompletableFuture<>();
    ChannelFuture connecting =
        new Bootstrap()
            .group(loop)
            .channel(transport.socket())
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.SO_KEEPALIVE, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
            .handler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast("address", new AddressCheck(upstream.networks()));
                    context.ifPresent(
                        trusting ->
                            channel
                                .pipeline()
                                .addLast("ask-for-tls", new UpstreamTls(upstream, trusting, tls)));
                  }
                })
            .connect(upstream.host(), upstream.port());
    connecting.addListener(
        connected -> {
          if (!connected.isSuccess()) {
            ready.completeExceptionally(connected.cause());
          } else if (context.isEmpty()) {
            ready.complete(connecting.channel());
          }
        });
    var _ =
        tls.whenComplete(
            (_, failure) -> {
              if (failure == null) {
                ready.complete(connecting.channel());
              } else {
                var _ = connecting.channel().close();
                ready.completeExceptionally(failure);
              }
            });
    giveUpOn(ready, CompletableFuture.completedFuture(connecting.channel()));
  }

  /** Nobody else hangs up on an upstream that has not let the gateway in. */
  private void giveUpOn(CompletableFuture<?> stage, CompletableFuture<Channel> connection) {
    Future<?> end =
        loop.schedule(
            () -> {
              if (stage.completeExceptionally(
                  new WireException.Unexpected(
                      "the upstream took too long to let the gateway in"))) {
                var _ =
                    connection.thenAccept(
                        channel -> {
                          var _ = channel.close();
                        });
              }
            },
            patience.toMillis(),
            TimeUnit.MILLISECONDS);
    var _ = stage.whenComplete((_, _) -> end.cancel(false));
  }
}

package dev.countersign.proxy.postgres;

import dev.countersign.audit.event.Event;
import dev.countersign.audit.event.SessionId;
import dev.countersign.audit.journal.JournalException;
import dev.countersign.decision.identity.TokenRefused;
import dev.countersign.decision.identity.TokenVerifier.VerifiedToken;
import dev.countersign.decision.quota.AddressLimits.TooOften;
import dev.countersign.decision.resource.PostgresUpstream;
import dev.countersign.decision.session.Admission.Admitted;
import dev.countersign.decision.session.Admission.Visitor;
import dev.countersign.decision.session.NotAdmittedException;
import dev.countersign.proxy.frontdoor.TlsPort;
import dev.countersign.proxy.postgres.wire.Authentication;
import dev.countersign.proxy.postgres.wire.BackendKeyData;
import dev.countersign.proxy.postgres.wire.FrameDecoder;
import dev.countersign.proxy.postgres.wire.FrontendLimits;
import dev.countersign.proxy.postgres.wire.FrontendMessage;
import dev.countersign.proxy.postgres.wire.NegotiateProtocolVersion;
import dev.countersign.proxy.postgres.wire.ParameterStatus;
import dev.countersign.proxy.postgres.wire.PasswordMessage;
import dev.countersign.proxy.postgres.wire.StartupDecoder;
import dev.countersign.proxy.postgres.wire.StartupPacket;
import dev.countersign.proxy.postgres.wire.WireException;
import dev.countersign.rules.fact.Subject;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets one client in: TLS, startup packet, token, and the upstream's own login behind it. When all
 * is well it puts a {@link Conversation} in its place.
 *
 * @see <a href="https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-START-UP">
 *     Start-up</a>
 */
final class ClientLogin extends ChannelInboundHandlerAdapter {

  private static final Logger LOG = LoggerFactory.getLogger(ClientLogin.class);

  static final String STARTUP = "startup";
  static final String FRAMES = "frames";
  static final String LOGIN = "login";
  private static final String TLS = "tls";
  private static final String ALPN = "postgresql";

  /** A token is at most half of this. */
  private static final int MAX_PASSWORD_MESSAGE = 16_384;

  private static final String PASSWORD_TYPE = "p";

  /** How far a client has come; each step is taken once (PG-P02, PG-P05). */
  private enum Step {
    STARTUP,
    PASSWORD,
    CHECKING,
    OVER
  }

  private final PostgresFrontDoor door;
  private final SessionId session = SessionId.random();
  private Step step = Step.STARTUP;
  private boolean askedForTls;
  private boolean askedForGss;
  private int minor;
  private @Nullable StartupParameters parameters;
  private @Nullable Conversation conversation;
  private @Nullable Future<?> timeout;

  ClientLogin(PostgresFrontDoor door) {
    this.door = door;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    timeout =
        ctx.executor()
            .schedule(
                () -> {
                  if (step != Step.OVER) {
                    end(ctx, "the client took too long to log in");
                  }
                },
                door.config().handshakeTimeout().toMillis(),
                TimeUnit.MILLISECONDS);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      switch (message) {
        case StartupPacket.SslRequest _ -> beginTls(ctx);
        case StartupPacket.GssEncRequest _ -> declineGss(ctx);
        case StartupPacket.CancelRequest cancel -> cancel(ctx, cancel);
        case StartupPacket.StartupMessage startup -> start(ctx, startup);
        case ByteBuf frame -> onFrame(ctx, frame);
        default -> throw new WireException.Unexpected("not a message of a login");
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void beginTls(ChannelHandlerContext ctx) {
    StartupDecoder decoder = ctx.pipeline().get(StartupDecoder.class);
    if (askedForTls || decoder == null || decoder.bytesLeft() > 0) {
      throw new WireException.Unexpected("bytes came between the request for TLS and TLS");
    }
    askedForTls = true;
    var _ = ctx.writeAndFlush(ctx.alloc().buffer(1).writeByte('S'));
    encrypt(ctx);
  }

  private SslHandler encrypt(ChannelHandlerContext ctx) {
    SslHandler tls = door.tls().newHandler(ctx.alloc());
    tls.setHandshakeTimeoutMillis(door.config().handshakeTimeout().toMillis());
    ctx.pipeline().replace(STARTUP, TLS, tls);
    ctx.pipeline().addAfter(TLS, STARTUP, new StartupDecoder());
    return tls;
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof StartupDecoder.DirectTls && !askedForTls) {
      askedForTls = true;
      SslHandler tls = encrypt(ctx);
      tls.handshakeFuture()
          .addListener(
              handshake -> {
                if (!ALPN.equals(tls.applicationProtocol())) {
                  end(ctx, "direct TLS without the protocol name " + ALPN);
                }
              });
      return;
    }
    if (event == TlsPort.Dismissal.NOW) {
      if (step != Step.OVER && isEncrypted(ctx)) {
        over(ctx);
        tell(ctx, Refusal.stopping());
      } else {
        end(ctx, "the gateway stops");
      }
    }
    ctx.fireUserEventTriggered(event);
  }

  private void declineGss(ChannelHandlerContext ctx) {
    if (askedForGss || isEncrypted(ctx)) {
      throw new WireException.Unexpected("GSSAPI encryption was asked for again");
    }
    askedForGss = true;
    var _ = ctx.writeAndFlush(ctx.alloc().buffer(1).writeByte('N'));
  }

  private static boolean isEncrypted(ChannelHandlerContext ctx) {
    return ctx.pipeline().get(TLS) != null;
  }

  private void cancel(ChannelHandlerContext ctx, StartupPacket.CancelRequest cancel) {
    Optional<CancelKeys.Cancellable> running = door.cancelKeys().find(cancel);
    if (running.isPresent()) {
      running.get().cancel();
    } else {
      var _ = recordStranger(ctx, "a request to cancel came with the key of no session");
    }
    end(ctx, "cancel request");
  }

  private void start(ChannelHandlerContext ctx, StartupPacket.StartupMessage startup) {
    StartupDecoder decoder = ctx.pipeline().get(StartupDecoder.class);
    if (step != Step.STARTUP || decoder == null || decoder.bytesLeft() > 0) {
      throw new WireException.Unexpected("bytes came after the startup packet");
    }
    step = Step.PASSWORD;
    if (!isEncrypted(ctx)) {
      refuseStranger(
          ctx,
          new Refusal(
              Refusal.INVALID_AUTHORIZATION,
              "the gateway talks over TLS only",
              "",
              "Connect with sslmode=require or stricter."));
      return;
    }
    if (startup.major() != 3) {
      refuseStranger(ctx, Refusal.of("0A000", "unsupported frontend protocol version"));
      return;
    }
    try {
      parameters = StartupParameters.of(startup.parameters());
    } catch (Refused refused) {
      refuseStranger(ctx, refused.refusal());
      return;
    }
    ByteBuf out = ctx.alloc().buffer();
    minor = Math.min(startup.minor(), StartupPacket.StartupMessage.LATEST_MINOR);
    if (startup.minor() > minor || !parameters.unknownOptions().isEmpty()) {
      new NegotiateProtocolVersion(minor, parameters.unknownOptions()).encode(out);
    }
    new Authentication.CleartextPassword().encode(out);
    FrameDecoder frames = new FrameDecoder(MAX_PASSWORD_MESSAGE);
    frames.accept(PASSWORD_TYPE, MAX_PASSWORD_MESSAGE);
    ctx.pipeline().replace(STARTUP, FRAMES, frames);
    var _ = ctx.writeAndFlush(out);
  }

  private void onFrame(ChannelHandlerContext ctx, ByteBuf frame) {
    if (step != Step.PASSWORD
        || parameters == null
        || !(FrontendMessage.decode(frame) instanceof PasswordMessage password)) {
      throw new WireException.Unexpected("something else came instead of the password");
    }
    step = Step.CHECKING;
    ctx.channel().config().setAutoRead(false);
    String token = password.password();
    String resource = parameters.resource();
    Thread.startVirtualThread(
        () -> {
          try {
            VerifiedToken verified = door.tokens().verify(token, resource);
            ctx.executor().execute(() -> onVerified(ctx, verified));
          } catch (TokenRefused refused) {
            ctx.executor()
                .execute(
                    () ->
                        refuseStranger(
                            ctx,
                            new Refusal(
                                Refusal.INVALID_PASSWORD,
                                "the access token was refused: " + refused.getMessage(),
                                "",
                                "Get a fresh token for this gateway and send it as the"
                                    + " password.")));
          } catch (RuntimeException e) {
            ctx.executor().execute(() -> fail(ctx, e));
          }
        });
  }

  private void onVerified(ChannelHandlerContext ctx, VerifiedToken verified) {
    if (step != Step.CHECKING || parameters == null) {
      return;
    }
    String resource = parameters.resource();
    Optional<PostgresUpstream> upstream = door.resources().find(PostgresUpstream.class, resource);
    if (upstream.isEmpty()) {
      refuse(
          ctx,
          Optional.of(verified.subject()),
          Refusal.of(
              Refusal.INVALID_CATALOG_NAME,
              "there is no PostgreSQL resource \"" + resource + "\""));
      return;
    }
    String client = address(ctx);
    String application = parameters.application();
    Thread.startVirtualThread(
        () -> {
          try {
            Admitted admitted =
                door.services()
                    .admission()
                    .admit(
                        new Visitor(
                            session, verified, upstream.get().resource(), client, application),
                        reason -> ctx.executor().execute(() -> onEnded(ctx, reason)));
            ctx.executor().execute(() -> onAdmitted(ctx, verified, upstream.get(), admitted));
          } catch (NotAdmittedException e) {
            ctx.executor()
                .execute(
                    () ->
                        refuse(
                            ctx,
                            Optional.of(verified.subject()),
                            new Refusal(
                                e.isForNow()
                                    ? Refusal.CANNOT_CONNECT_NOW
                                    : Refusal.INVALID_AUTHORIZATION,
                                String.valueOf(e.getMessage()),
                                "",
                                e.hint())));
          } catch (RuntimeException e) {
            ctx.executor().execute(() -> fail(ctx, e));
          }
        });
  }

  /** The session is to end for a reason from elsewhere. */
  private void onEnded(ChannelHandlerContext ctx, String reason) {
    if (conversation != null) {
      conversation.fatal(
          new Refusal(Refusal.ADMIN_SHUTDOWN, "the session was ended: " + reason, "", ""));
    } else {
      refuse(ctx, Refusal.of(Refusal.ADMIN_SHUTDOWN, "the session was ended: " + reason));
    }
  }

  private void onAdmitted(
      ChannelHandlerContext ctx,
      VerifiedToken verified,
      PostgresUpstream upstream,
      Admitted admitted) {
    if (step != Step.CHECKING || parameters == null || !ctx.channel().isActive()) {
      admitted.session().close();
      return;
    }
    ctx.channel().closeFuture().addListener(closed -> admitted.session().close());
    SessionScope scope =
        new SessionScope(
            session,
            verified.subject(),
            admitted.access(),
            upstream,
            parameters.waiting().orElse(upstream.sessions().waiting()));
    Map<String, String> settings = parameters.settings();
    var _ =
        door.roles()
            .logIn(scope)
            .whenComplete(
                (login, failure) ->
                    inLoop(
                        ctx,
                        () -> {
                          if (failure != null) {
                            unreachable(ctx, scope, failure);
                          } else {
                            connect(ctx, scope, login, settings);
                          }
                        }));
  }

  private static void inLoop(ChannelHandlerContext ctx, Runnable step) {
    if (ctx.executor().inEventLoop()) {
      step.run();
    } else {
      ctx.executor().execute(step);
    }
  }

  private void connect(
      ChannelHandlerContext ctx,
      SessionScope scope,
      SessionRoles.Login login,
      Map<String, String> settings) {
    if (step != Step.CHECKING) {
      door.roles().ended(login, scope.upstream());
      return;
    }
    var _ =
        door.connector(login.upstream(), ctx.channel().eventLoop())
            .logIn(scope.settings(), settings, door.config().maxMessageBytes())
            .whenComplete(
                (connected, failure) -> {
                  if (failure != null) {
                    door.roles().ended(login, scope.upstream());
                    unreachable(ctx, scope, failure);
                  } else {
                    open(ctx, scope, login, connected);
                  }
                });
  }

  private void unreachable(ChannelHandlerContext ctx, SessionScope scope, Throwable failure) {
    if (unwrapped(failure) instanceof Refused refused) {
      refuse(ctx, Optional.of(scope.subject()), refused.refusal());
      return;
    }
    String resource = scope.upstream().resource().name();
    LOG.atWarn()
        .addKeyValue("session", session)
        .addKeyValue("resource", resource)
        .setCause(unwrapped(failure))
        .log("upstream login failed");
    refuse(
        ctx,
        Optional.of(scope.subject()),
        Refusal.of("08001", "the upstream of \"" + resource + "\" cannot be reached"));
  }

  private static Throwable unwrapped(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  private void open(
      ChannelHandlerContext ctx,
      SessionScope scope,
      SessionRoles.Login login,
      UpstreamConnector.Connected connected) {
    Channel upstream = connected.channel();
    upstream.closeFuture().addListener(closed -> door.roles().ended(login, scope.upstream()));
    if (step != Step.CHECKING || !ctx.channel().isActive() || parameters == null) {
      var _ = upstream.close();
      return;
    }
    try {
      door.services()
          .journal()
          .append(
              new Event.SessionOpened(
                  session,
                  scope.subject(),
                  scope.upstream().resource().name(),
                  scope.upstream().resource().labels(),
                  address(ctx),
                  parameters.application()));
    } catch (JournalException e) {
      var _ = upstream.close();
      fail(ctx, e);
      return;
    }
    step = Step.OVER;
    cancelTimeout();
    String encoding = connected.login().parameters().getOrDefault("server_encoding", "");
    Conversation begun =
        new Conversation(scope, door.services(), ctx.channel(), upstream, encoding);
    conversation = begun;
    BackendKeyData key =
        door.cancelKeys()
            .add(
                () ->
                    ctx.executor()
                        .execute(
                            () -> {
                              var _ = door.cancel(begun, scope, connected.login().key());
                            }),
                minor);
    welcome(ctx, connected.login(), key);
    ctx.pipeline()
        .get(FrameDecoder.class)
        .accept(
            new FrontendLimits(door.config().maxStatementBytes(), door.config().maxMessageBytes()));
    ctx.pipeline()
        .replace(
            this,
            "client",
            new PostgresClientHandler(
                begun,
                () -> {
                  door.cancelKeys().remove(key);
                  if (begun.isUpstreamBusy()) {
                    var _ =
                        door.cancel(begun, scope, connected.login().key())
                            .thenRun(door::sessionEnded);
                  } else {
                    door.sessionEnded();
                  }
                }));
    long idle = scope.upstream().sessions().limits().idle().toMillis();
    ctx.pipeline()
        .addBefore("client", "idle", new IdleStateHandler(0, 0, idle, TimeUnit.MILLISECONDS));
    upstream.pipeline().replace(LOGIN, "upstream", new PostgresUpstreamHandler(begun));
    ctx.channel().config().setAutoRead(true);
  }

  private static void welcome(
      ChannelHandlerContext ctx, UpstreamLogin.LoggedIn login, BackendKeyData key) {
    ByteBuf out = ctx.alloc().buffer();
    new Authentication.Ok().encode(out);
    login
        .parameters()
        .forEach(
            (name, value) -> {
              if (UpstreamReplies.TOLD_PARAMETERS.contains(name)) {
                new ParameterStatus(name, value).encode(out);
              }
            });
    key.encode(out);
    out.writeByte('Z').writeInt(5).writeByte('I');
    var _ = ctx.writeAndFlush(out);
  }

  private void refuse(ChannelHandlerContext ctx, Refusal refusal) {
    refuse(ctx, Optional.empty(), refusal);
  }

  /** A good token gets in from any address, whatever else comes from there. */
  private void refuseStranger(ChannelHandlerContext ctx, Refusal refusal) {
    if (step == Step.OVER) {
      return;
    }
    over(ctx);
    Optional<TooOften> over = recordStranger(ctx, refusal.message());
    tell(
        ctx,
        over.map(
                tooOften ->
                    new Refusal(
                        refusal.sqlState(), tooOften.words(), refusal.message(), refusal.hint()))
            .orElse(refusal));
  }

  /** Counts what should not have come from an address, and records it until it is too much. */
  private Optional<TooOften> recordStranger(ChannelHandlerContext ctx, String reason) {
    Optional<TooOften> over =
        ctx.channel().remoteAddress() instanceof InetSocketAddress address
            ? door.strangers().take(address)
            : Optional.empty();
    if (over.isEmpty() || over.get().isFirst()) {
      record(ctx, Optional.empty(), over.map(TooOften::recorded).orElse(reason));
    }
    return over;
  }

  private void refuse(ChannelHandlerContext ctx, Optional<Subject> subject, Refusal refusal) {
    if (step == Step.OVER) {
      return;
    }
    over(ctx);
    record(ctx, subject, refusal.message());
    tell(ctx, refusal);
  }

  private void record(ChannelHandlerContext ctx, Optional<Subject> subject, String reason) {
    try {
      door.services()
          .journal()
          .append(
              new Event.SessionRefused(
                  session,
                  subject,
                  parameters == null ? "" : parameters.resource(),
                  address(ctx),
                  reason));
    } catch (JournalException e) {
      LOG.atError().addKeyValue("session", session).setCause(e).log("journal unwritable");
    }
  }

  private static void tell(ChannelHandlerContext ctx, Refusal refusal) {
    ByteBuf out = ctx.alloc().buffer();
    Conversation.error("FATAL", refusal).encodeError(out);
    ctx.writeAndFlush(out).addListener(ChannelFutureListener.CLOSE);
  }

  private void fail(ChannelHandlerContext ctx, Throwable cause) {
    LOG.atError().addKeyValue("session", session).setCause(cause).log("login failed");
    refuse(
        ctx,
        cause instanceof JournalException
            ? Refusal.unrecorded()
            : Refusal.of(Refusal.INTERNAL_ERROR, "the gateway failed and let nobody in"));
  }

  /** Ends without words: whoever is there does not speak the protocol. */
  private void end(ChannelHandlerContext ctx, String reason) {
    if (step != Step.OVER) {
      over(ctx);
      LOG.atDebug().addKeyValue("session", session).addKeyValue("cause", reason).log("no login");
      var _ = ctx.close();
    }
  }

  private void over(ChannelHandlerContext ctx) {
    step = Step.OVER;
    cancelTimeout();
    ctx.channel().config().setAutoRead(true);
    door.sessionEnded();
  }

  private void cancelTimeout() {
    if (timeout != null) {
      timeout.cancel(false);
    }
  }

  private static String address(ChannelHandlerContext ctx) {
    return ctx.channel().remoteAddress() instanceof InetSocketAddress address
        ? address.getAddress().getHostAddress()
        : "";
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    end(ctx, "the client has left");
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    Throwable fault = cause.getCause() instanceof WireException inner ? inner : cause;
    if (fault instanceof WireException && isEncrypted(ctx)) {
      refuse(ctx, Refusal.of(Refusal.PROTOCOL_VIOLATION, String.valueOf(fault.getMessage())));
    } else {
      end(ctx, String.valueOf(fault.getMessage()));
    }
  }
}

package dev.countersign.proxy.postgres;

import static java.util.Objects.requireNonNull;

import dev.countersign.decision.resource.PostgresUpstream;
import dev.countersign.proxy.postgres.wire.Authentication;
import dev.countersign.proxy.postgres.wire.BackendKeyData;
import dev.countersign.proxy.postgres.wire.BackendType;
import dev.countersign.proxy.postgres.wire.Notice;
import dev.countersign.proxy.postgres.wire.ParameterStatus;
import dev.countersign.proxy.postgres.wire.SaslResponse;
import dev.countersign.proxy.postgres.wire.ScramClient;
import dev.countersign.proxy.postgres.wire.ScramKeys;
import dev.countersign.proxy.postgres.wire.StartupPacket.StartupMessage;
import dev.countersign.proxy.postgres.wire.WireException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Logs in to an upstream with the gateway's own credential: SCRAM-SHA-256, or nothing if the
 * upstream asks for nothing. A server that wants the password in clear or as MD5 does not get it.
 */
final class UpstreamLogin extends SimpleChannelInboundHandler<ByteBuf> {

  /**
   * An upstream that waits for the first command.
   *
   * @param parameters what it said about itself
   * @param key by which to cancel, if it gave one
   */
  record LoggedIn(Map<String, String> parameters, @Nullable BackendKeyData key) {}

  private static final SecureRandom RANDOM = new SecureRandom();

  private final PostgresUpstream upstream;
  private final StartupMessage startup;
  private final ScramKeys keys;
  private final Executor blocking;
  private final CompletableFuture<LoggedIn> done;
  private final Map<String, String> parameters = new LinkedHashMap<>();
  private @Nullable ScramClient scram;
  private boolean proven;
  private boolean letIn;
  private @Nullable BackendKeyData key;

  UpstreamLogin(
      PostgresUpstream upstream,
      StartupMessage startup,
      ScramKeys keys,
      Executor blocking,
      CompletableFuture<LoggedIn> done) {
    this.upstream = upstream;
    this.startup = startup;
    this.keys = keys;
    this.blocking = blocking;
    this.done = done;
  }

  /** Sends the startup packet, once the connection is as it should be. */
  void begin(ChannelHandlerContext ctx) {
    ByteBuf out = ctx.alloc().buffer();
    startup.encode(out);
    var _ = ctx.writeAndFlush(out);
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, ByteBuf frame) {
    switch (BackendType.of(frame)) {
      case AUTHENTICATION -> authenticate(ctx, Authentication.decode(frame));
      case PARAMETER_STATUS -> {
        ParameterStatus status = ParameterStatus.decode(frame);
        parameters.put(status.name(), status.value());
      }
      case BACKEND_KEY_DATA -> key = BackendKeyData.decode(frame);
      case NOTICE_RESPONSE -> {}
      case ERROR_RESPONSE -> onError(ctx, Notice.decode(frame));
      case READY_FOR_QUERY -> {
        if (!letIn) {
          throw new WireException.Unexpected("the upstream is ready before it let anybody in");
        }
        done.complete(new LoggedIn(Map.copyOf(parameters), key));
      }
      default -> throw new WireException.Unexpected("no such message belongs to a login");
    }
  }

  /** What the client has asked for is looked at behind the login: that error is the client's. */
  private void onError(ChannelHandlerContext ctx, Notice error) {
    if (!letIn || !error.sqlState().equals(Refusal.INVALID_PARAMETER_VALUE)) {
      throw new WireException.Unexpected(
          "the upstream refused the gateway with " + error.sqlState());
    }
    fail(ctx, new Refused(Refusal.of(error.sqlState(), error.field('M'))));
  }

  private void authenticate(ChannelHandlerContext ctx, Authentication request) {
    switch (request) {
      case Authentication.Ok _ -> {
        if (letIn || (scram != null && !proven)) {
          throw new WireException.Unexpected("the upstream let in without a proof");
        }
        letIn = true;
      }
      case Authentication.Sasl(var mechanisms) -> {
        if (scram != null || letIn || !mechanisms.contains(ScramClient.MECHANISM)) {
          throw new WireException.Unexpected("the upstream offers no SCRAM-SHA-256");
        }
        scram = new ScramClient(RANDOM, keys);
        ByteBuf out = ctx.alloc().buffer();
        SaslResponse.encodeInitial(out, ScramClient.MECHANISM, scram.first());
        var _ = ctx.writeAndFlush(out);
      }
      case Authentication.SaslContinue(byte[] challenge) -> answer(ctx, challenge);
      case Authentication.SaslFinal(byte[] verdict) -> {
        scram().verify(verdict);
        proven = true;
      }
      case Authentication.CleartextPassword _, Authentication.Other _ ->
          throw new WireException.Unexpected(
              "the upstream asks for a password in a way that would give it away");
    }
  }

  private void answer(ChannelHandlerContext ctx, byte[] challenge) {
    ScramClient client = scram();
    CompletableFuture.supplyAsync(
            () -> client.answer(challenge, upstream.password().reveal()), blocking)
        .whenCompleteAsync(
            (answer, failure) -> {
              if (failure != null) {
                fail(ctx, failure);
                return;
              }
              ByteBuf out = ctx.alloc().buffer();
              SaslResponse.encode(out, answer);
              var _ = ctx.writeAndFlush(out);
            },
            ctx.executor())
        .exceptionally(
            failure -> {
              fail(ctx, failure);
              return null;
            });
  }

  private ScramClient scram() {
    if (scram == null || proven) {
      throw new WireException.Unexpected("the upstream goes on with a login that has not begun");
    }
    return requireNonNull(scram);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    done.completeExceptionally(new WireException.Unexpected("the upstream hung up"));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    fail(ctx, cause);
  }

  private void fail(ChannelHandlerContext ctx, Throwable cause) {
    done.completeExceptionally(cause);
    var _ = ctx.close();
  }

  /** The bytes of an {@code options} parameter that sets the search path, quoted twice. */
  static String options(PostgresUpstream upstream) {
    StringBuilder path = new StringBuilder();
    for (String schema : upstream.searchPath()) {
      path.append(path.isEmpty() ? "" : ",")
          .append('"')
          .append(schema.replace("\"", "\"\""))
          .append('"');
    }
    String escaped = path.toString().replace("\\", "\\\\").replace(" ", "\\ ");
    if (escaped.getBytes(StandardCharsets.UTF_8).length > 4_000) {
      throw new IllegalArgumentException("the search path is too long");
    }
    return "-c search_path=" + escaped + " -c standard_conforming_strings=on";
  }
}

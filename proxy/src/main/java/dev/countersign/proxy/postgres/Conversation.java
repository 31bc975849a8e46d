package dev.countersign.proxy.postgres;

import dev.countersign.audit.journal.JournalException;
import dev.countersign.proxy.postgres.sql.NameEncoding;
import dev.countersign.proxy.postgres.wire.Bind;
import dev.countersign.proxy.postgres.wire.Close;
import dev.countersign.proxy.postgres.wire.CopyFromClient;
import dev.countersign.proxy.postgres.wire.Describe;
import dev.countersign.proxy.postgres.wire.Execute;
import dev.countersign.proxy.postgres.wire.Flush;
import dev.countersign.proxy.postgres.wire.FrontendMessage;
import dev.countersign.proxy.postgres.wire.FunctionCall;
import dev.countersign.proxy.postgres.wire.Notice;
import dev.countersign.proxy.postgres.wire.Parse;
import dev.countersign.proxy.postgres.wire.PasswordMessage;
import dev.countersign.proxy.postgres.wire.Query;
import dev.countersign.proxy.postgres.wire.SkippedText;
import dev.countersign.proxy.postgres.wire.Sync;
import dev.countersign.proxy.postgres.wire.Terminate;
import dev.countersign.proxy.postgres.wire.WireException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything between a client and its upstream after the login. Confined to the event loop that
 * both channels share.
 *
 * <p>The client's messages are handled one at a time and in order. Where one has to wait (for the
 * disk, for the catalog, for a human), the rest waits behind it and the client is not read.
 *
 * <pre>
 *  client ─ {@link #onClientFrame} ─► {@link SimpleQueries} / {@link ExtendedQueries} ─ {@link #send} ─► upstream
 *  client ◄─ {@link #toClient} ─ {@link UpstreamReplies} ◄─ {@link #onUpstreamFrame} ─ upstream
 * </pre>
 */
final class Conversation {

  private static final Logger LOG = LoggerFactory.getLogger(Conversation.class);

  private final SessionScope scope;
  private final Channel client;
  private final Channel upstream;
  private final Recorder recorder;
  private final Judging judging;
  private final UpstreamReplies replies;
  private final SimpleQueries simple;
  private final ExtendedQueries extended;
  private final Deque<ByteBuf> inbox = new ArrayDeque<>();
  private final DoorServices services;
  private final CopyIn copyIn = new CopyIn();
  private final Outbox outgoing;
  private final Outbox answers;
  private @Nullable ApprovalHold hold;
  private @Nullable Runnable whenSettled;
  private boolean waiting;
  private boolean closed;

  /**
   * @param encoding the database's, as it says
   */
  Conversation(
      SessionScope scope,
      DoorServices services,
      Channel client,
      Channel upstream,
      String encoding) {
    this.scope = scope;
    this.services = services;
    this.client = client;
    this.upstream = upstream;
    outgoing = new Outbox(upstream);
    answers = new Outbox(client);
    recorder =
        new Recorder(
            services.journal(),
            scope.session(),
            scope.upstream().sessions().recording(),
            services.exposures(),
            scope.access().meter());
    judging = new Judging(scope, services, encoding.equals(NameEncoding.OF_THE_GATEWAY));
    int maxNames = services.config().maxNames();
    ProtocolNames protocolNames = new ProtocolNames(maxNames);
    SessionNames names = new SessionNames(maxNames, protocolNames);
    SentNames sentNames = new SentNames(protocolNames, names);
    replies = new UpstreamReplies(this, recorder, judging, names, protocolNames, services.masker());
    simple = new SimpleQueries(this, recorder, judging, names, sentNames);
    extended =
        new ExtendedQueries(this, recorder, judging, names, protocolNames, sentNames, simple);
  }

  /** A whole typed frame from the client; takes ownership. */
  void onClientFrame(ByteBuf frame) {
    if (closed) {
      frame.release();
      return;
    }
    inbox.add(frame);
    drain();
  }

  /** The client has nothing more to read for now. */
  void onClientReadComplete() {
    outgoing.writeAndFlush();
  }

  /** A whole typed frame from the upstream; takes ownership. */
  void onUpstreamFrame(ByteBuf frame) {
    if (closed) {
      frame.release();
      return;
    }
    try {
      replies.on(frame);
      onAnswered();
    } catch (WireException e) {
      onUpstreamFault(e);
    } catch (RuntimeException e) {
      failClosed(e);
    }
  }

  /** What the upstream sends is no message, none that was asked for, or one that is too long. */
  void onUpstreamFault(WireException fault) {
    LOG.atWarn()
        .addKeyValue("session", scope.session())
        .addKeyValue("cause", fault.getMessage())
        .log("the upstream left the protocol");
    fatal(
        fault instanceof WireException.TooLong
            ? new Refusal(
                Refusal.PROGRAM_LIMIT_EXCEEDED,
                "of what the upstream answers, " + fault.getMessage(),
                "",
                "Ask for less in one row.")
            : Refusal.of(Refusal.PROTOCOL_VIOLATION, "the upstream left the protocol"));
  }

  private void onAnswered() {
    Runnable next = whenSettled;
    if (next != null && replies.isSettled()) {
      whenSettled = null;
      resume(next);
    }
  }

  /** The upstream has nothing more to read for now. */
  void onUpstreamReadComplete() {
    answers.write();
    client.flush();
  }

  /** One side can take more, or has enough: the other side is read or not accordingly. */
  void onWritabilityChanged() {
    upstream.config().setAutoRead(closed || client.isWritable());
    readClient();
  }

  private void readClient() {
    client.config().setAutoRead(!waiting && upstream.isWritable());
  }

  /**
   * A cancel request with the right key has arrived.
   *
   * @return whether it has ended a wait for an approval; if not, it is for the upstream
   */
  boolean onCancel() {
    if (hold == null) {
      replies.cancelAsked();
      return false;
    }
    hold.cancel();
    return true;
  }

  /** Nothing has come or gone for as long as a session may be idle. */
  void onIdle() {
    if (hold == null && replies.isSettled()) {
      fatal(Refusal.of("57P05", "terminating connection due to idle-session timeout"));
    }
  }

  /** One of the channels is gone. Does nothing the second time. */
  void onClosed(String reason) {
    if (end(reason)) {
      var _ = client.close();
    }
  }

  /** The upstream is gone; the client is told, unless the upstream has told it. */
  void onUpstreamClosed() {
    judging.transactionEnded(true);
    if (replies.hasSaidFatal()) {
      onClosed("the upstream has ended the session");
    } else {
      fatal(Refusal.of(Refusal.ADMIN_SHUTDOWN, "the upstream has closed the connection"));
    }
  }

  /** Whether the upstream is at work on something that was sent to it. */
  boolean isUpstreamBusy() {
    return !replies.isSettled();
  }

  /** Ends the session with words. */
  void fatal(Refusal refusal) {
    if (!end(refusal.message())) {
      return;
    }
    ByteBuf bytes = clientBuffer();
    error("FATAL", refusal).encodeError(bytes);
    client.writeAndFlush(bytes).addListener(ChannelFutureListener.CLOSE);
  }

  private boolean end(String reason) {
    if (closed) {
      return false;
    }
    closed = true;
    answers.write();
    inbox.forEach(ByteBuf::release);
    inbox.clear();
    outgoing.discard();
    try {
      if (hold != null) {
        hold.abandon(reason);
      }
      recorder.closed(reason);
    } catch (JournalException e) {
      LOG.atError().addKeyValue("session", scope.session()).setCause(e).log("journal unwritable");
    }
    goodbye();
    return true;
  }

  private void goodbye() {
    ByteBuf bytes = upstream.alloc().buffer();
    new Terminate().encode(bytes);
    ChannelFuture sent = upstream.writeAndFlush(bytes);
    if (judging.isChanging() && !replies.isSettled()) {
      // It still runs what was sent, and says that it is done with it by closing.
      upstream.config().setAutoRead(true);
    } else {
      sent.addListener(ChannelFutureListener.CLOSE);
    }
  }

  private void drain() {
    while (!waiting && !closed) {
      ByteBuf frame = inbox.poll();
      if (frame == null) {
        return;
      }
      try {
        handle(frame);
      } catch (WireException e) {
        fatal(Refusal.of(Refusal.PROTOCOL_VIOLATION, String.valueOf(e.getMessage())));
      } catch (RuntimeException e) {
        failClosed(e);
      } finally {
        frame.release();
      }
    }
  }

  private void handle(ByteBuf frame) {
    if (Instant.now().isAfter(scope.expires())) {
      fatal(Refusal.of(Refusal.ADMIN_SHUTDOWN, "the access token of this session has expired"));
      return;
    }
    if (copyIn.isStreaming()) {
      copy(frame);
      return;
    }
    FrontendMessage message;
    try {
      message = FrontendMessage.decode(frame);
    } catch (WireException.NotUtf8 e) {
      onNotUtf8(frame, e);
      return;
    }
    switch (message) {
      case Query query -> {
        checkNoPipeline();
        simple.on(query);
      }
      case SkippedText(boolean isParse, int length) when isParse -> extended.onSkipped(length);
      case SkippedText(boolean _, int length) -> {
        checkNoPipeline();
        simple.onSkipped(length);
      }
      case Parse parse -> extended.on(parse);
      case Bind bind -> extended.on(bind);
      case Describe describe -> extended.on(describe);
      case Execute execute -> extended.on(execute);
      case Close close -> extended.on(close);
      case Flush flush -> extended.on(flush);
      case Sync sync -> extended.on(sync);
      case FunctionCall _ -> {
        if (extended.isOpen()) {
          throw new WireException.Unexpected(
              "a function call came before the Sync of an extended query");
        }
        simple.refuseFunctionCall();
      }
      case CopyFromClient _ -> {}
      case Terminate _ -> onClosed("the client has left");
      case PasswordMessage _ ->
          throw new WireException.Unexpected("a password came after the login");
    }
  }

  /** What a client in another encoding writes is an error like any other. */
  private void onNotUtf8(ByteBuf frame, WireException.NotUtf8 fault) {
    switch ((char) frame.getByte(frame.readerIndex())) {
      case 'Q' -> {
        checkNoPipeline();
        simple.onNotUtf8(frame.readableBytes());
      }
      case 'P' -> extended.onNotUtf8(frame.readableBytes());
      default -> throw fault;
    }
  }

  private void checkNoPipeline() {
    if (extended.isOpen()) {
      throw new WireException.Unexpected("a simple query came before the Sync of an extended one");
    }
  }

  /**
   * Passes on what the client copies.
   *
   * @see <a href="https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-COPY">COPY
   *     operations</a>
   */
  private void copy(ByteBuf frame) {
    switch (FrontendMessage.decode(frame)) {
      case CopyFromClient message -> {
        outgoing.gathered().writeBytes(frame, frame.readerIndex(), frame.readableBytes());
        if (message.isLast()) {
          copyIn.sent();
          waitForCopy();
        }
      }
      // A server ignores them, and whoever sends them knows that.
      case Flush _, Sync _ -> {}
      case Terminate _ -> onClosed("the client has left");
      case Query _,
          SkippedText _,
          Parse _,
          Bind _,
          Describe _,
          Execute _,
          Close _,
          FunctionCall _ ->
          throw new WireException.Unexpected("a message that does not belong to a COPY");
      case PasswordMessage _ ->
          throw new WireException.Unexpected("a password came after the login");
    }
  }

  // What the parts of the conversation use.

  /** A statement that copies from the client was sent, for which this is owed. */
  void copyAsked(Reply reply) {
    copyIn.asked(reply);
    waitForCopy();
  }

  private void waitForCopy() {
    if (copyIn.isAsked()) {
      pause();
      outgoing.writeAndFlush();
    }
  }

  /** The upstream takes what the client copies. */
  void copyBegun() {
    copyIn.begun();
    resume(() -> {});
  }

  /** What is owed for the COPY from the client that is under way, if one is. */
  @Nullable Reply copyReply() {
    return copyIn.reply();
  }

  /** The upstream takes nothing more: it is done, or has failed. */
  void copyOver() {
    boolean isAwaited = copyIn.isAsked();
    copyIn.over();
    if (isAwaited) {
      resume(() -> {});
    }
  }

  /** Sends a message to the upstream; if it is owed a reply, that is remembered. */
  void send(FrontendMessage message, @Nullable Reply owed) {
    message.encode(outgoing.gathered());
    if (owed != null) {
      replies.owe(owed);
    }
  }

  /** Sends bytes to the client with the next flush; takes ownership. */
  void toClient(ByteBuf bytes) {
    if (closed) {
      bytes.release();
      return;
    }
    answers.add(bytes);
  }

  ByteBuf clientBuffer() {
    return client.alloc().buffer();
  }

  /** Tells the client something while it waits. */
  void notice(Notice notice) {
    ByteBuf bytes = clientBuffer();
    notice.encodeNotice(bytes);
    answers.write();
    var _ = client.writeAndFlush(bytes, client.voidPromise());
  }

  /** Goes on when a stage is done; until then nothing of the client is handled. */
  <T> void await(CompletionStage<T> stage, BiConsumer<T, @Nullable Throwable> then) {
    CompletableFuture<T> future = stage.toCompletableFuture();
    if (future.isDone() && !future.isCompletedExceptionally()) {
      then.accept(future.getNow(null), null);
      return;
    }
    pause();
    var _ =
        future.whenComplete(
            (value, failure) ->
                client
                    .eventLoop()
                    .execute(
                        () -> {
                          if (!closed) {
                            resume(() -> then.accept(value, failure));
                          }
                        }));
  }

  /**
   * Goes on when the upstream has answered everything that was sent: only then is known what the
   * names of the session mean.
   */
  void settle(Runnable then) {
    if (replies.isSettled()) {
      then.run();
      return;
    }
    pause();
    whenSettled = then;
    send(new Flush(), null);
    outgoing.writeAndFlush();
  }

  private void pause() {
    waiting = true;
    readClient();
  }

  private void resume(Runnable then) {
    waiting = false;
    try {
      then.run();
    } catch (RuntimeException e) {
      failClosed(e);
      return;
    }
    drain();
    outgoing.writeAndFlush();
    if (!closed) {
      readClient();
    }
  }

  /**
   * Holds a command until a human has answered.
   *
   * @param release what to do when it may run
   * @param refuse what to do when it may not
   */
  void hold(ApprovalHold.Request request, Runnable release, Consumer<Refusal> refuse) {
    pause();
    outgoing.writeAndFlush();
    hold =
        new ApprovalHold(
            request,
            services,
            recorder,
            this,
            client.eventLoop(),
            scope,
            refusal -> {
              hold = null;
              resume(
                  () -> {
                    if (refusal.isPresent()) {
                      refuse.accept(refusal.get());
                    } else {
                      release.run();
                    }
                  });
            });
    hold.start();
  }

  private void failClosed(RuntimeException e) {
    LOG.atError().addKeyValue("session", scope.session()).setCause(e).log("session failed");
    fatal(
        e instanceof JournalException
            ? Refusal.unrecorded()
            : Refusal.of(Refusal.INTERNAL_ERROR, "the gateway failed and ended the session"));
  }

  static Notice error(String severity, Refusal refusal) {
    return Notice.of(severity, refusal.sqlState(), refusal.message())
        .with('D', refusal.detail())
        .with('H', refusal.hint())
        .with('P', refusal.position() == 0 ? "" : Integer.toString(refusal.position()));
  }

  /** The fields of an upstream's error or notice that may pass now. */
  static Notice scrubbed(Notice notice, String sql) {
    Map<Character, String> fields = ErrorScrubber.scrub(notice.fields(), sql);
    return new Notice(fields);
  }
}

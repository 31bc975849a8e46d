package dev.countersign.proxy.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.countersign.decision.approval.FrozenCommand;
import dev.countersign.proxy.postgres.sql.ClassifiedStatement;
import dev.countersign.proxy.postgres.wire.Bind;
import dev.countersign.proxy.postgres.wire.Close;
import dev.countersign.proxy.postgres.wire.Describe;
import dev.countersign.proxy.postgres.wire.Execute;
import dev.countersign.proxy.postgres.wire.Flush;
import dev.countersign.proxy.postgres.wire.Parse;
import dev.countersign.proxy.postgres.wire.Sync;
import dev.countersign.proxy.postgres.wire.Target;
import dev.countersign.rules.verdict.Decision;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The extended query protocol. A statement is judged when it is parsed, so that a block comes
 * early, and again when it is bound: there its parameters are known, and there it is recorded, held
 * or released.
 *
 * @see <a
 *     href="https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-EXT-QUERY">
 *     Extended query</a>
 */
final class ExtendedQueries {

  private static final String INVALID_STATEMENT_NAME = "26000";
  private static final String INVALID_CURSOR_NAME = "34000";
  private static final String DUPLICATE_STATEMENT = "42P05";
  private static final String DUPLICATE_CURSOR = "42P03";

  private final Conversation conversation;
  private final Recorder recorder;
  private final Judging judging;
  private final SessionNames names;
  private final ProtocolNames protocolNames;
  private final SimpleQueries simple;
  private long counter;
  private boolean open;

  ExtendedQueries(
      Conversation conversation,
      Recorder recorder,
      Judging judging,
      SessionNames names,
      ProtocolNames protocolNames,
      SimpleQueries simple) {
    this.conversation = conversation;
    this.recorder = recorder;
    this.judging = judging;
    this.names = names;
    this.protocolNames = protocolNames;
    this.simple = simple;
  }

  /** Whether messages were sent whose Sync is still to come. */
  boolean isOpen() {
    return open;
  }

  void on(Parse parse) {
    if (skips()) {
      return;
    }
    if (judging.isTooLong(parse.text())) {
      refuse(Refusal.of(Refusal.PROGRAM_LIMIT_EXCEEDED, "the statement is too long"));
    } else if (!parse.name().isEmpty() && protocolNames.statement(parse.name()) != null) {
      refuse(
          Refusal.of(
              DUPLICATE_STATEMENT, "prepared statement \"" + parse.name() + "\" already exists"));
    } else if (protocolNames.isFull()) {
      refuse(Refusal.of(Refusal.PROGRAM_LIMIT_EXCEEDED, "too many prepared statements"));
    } else {
      await(
          judging.understand(parse.text()), (text, failure) -> onUnderstood(parse, text, failure));
    }
  }

  private void onUnderstood(Parse parse, Judging.Understood text, @Nullable Throwable failure) {
    if (failure != null) {
      refuse(simple.refusal(parse.text(), failure));
      return;
    }
    if (text.statements().size() > 1) {
      refuse(
          Refusal.of(
              Refusal.SYNTAX_ERROR, "cannot insert multiple commands into a prepared statement"));
      return;
    }
    Optional<ClassifiedStatement> statement = text.statements().stream().findFirst();
    if (statement.isPresent() && !statement.get().runsByName()) {
      StatementJudge.Judgement judgement = text.judge().judge(text.statements(), names);
      if (judgement.decision() instanceof Decision.Block block) {
        Recorder.Command command =
            recorder.decided(parse.text(), List.of(), List.of(statement.get().facts()), block);
        refuse(Refusal.blocked(block.why().deciding(), recorder.name(command)));
        return;
      }
    }
    PreparedStatement prepared =
        new PreparedStatement(
            parse.name(),
            privateName(parse.name()),
            parse.text(),
            parse.parameterTypes(),
            statement);
    protocolNames.expect(prepared);
    conversation.send(
        new Parse(prepared.upstreamName, parse.text(), parse.parameterTypes()),
        new Reply.OfParse(prepared));
  }

  void on(Bind bind) {
    if (skips()) {
      return;
    }
    PreparedStatement statement = protocolNames.statement(bind.statement());
    if (statement == null) {
      refuse(noStatement(bind.statement()));
    } else if (!bind.portal().isEmpty() && protocolNames.portal(bind.portal()) != null) {
      refuse(Refusal.of(DUPLICATE_CURSOR, "cursor \"" + bind.portal() + "\" already exists"));
    } else if (protocolNames.isFull()) {
      refuse(Refusal.of(Refusal.PROGRAM_LIMIT_EXCEEDED, "too many portals"));
    } else {
      await(
          judging.understand(statement.text),
          (text, failure) -> onUnderstood(bind, statement, text, failure));
    }
  }

  /** The catalog may have changed since the statement was parsed: it is read again. */
  private void onUnderstood(
      Bind bind,
      PreparedStatement statement,
      Judging.Understood text,
      @Nullable Throwable failure) {
    if (failure != null) {
      refuse(simple.refusal(statement.text, failure));
    } else if (text.statements().isEmpty()) {
      release(bind, portal(bind, statement, null, Optional.empty(), text.judge()));
    } else if (statement.runsByName()) {
      settle(() -> judge(bind, statement, text));
    } else {
      judge(bind, statement, text);
    }
  }

  private void judge(Bind bind, PreparedStatement statement, Judging.Understood text) {
    StatementJudge judge = text.judge();
    StatementJudge.Judgement judgement = judge.judge(text.statements(), names);
    ClassifiedStatement source = judgement.statements().getFirst().source();
    Recorder.Command command =
        recorder.decided(
            statement.text, texts(bind), List.of(source.facts()), judgement.decision());
    Portal portal = portal(bind, statement, command, Optional.of(source), judge);
    switch (judgement.decision()) {
      case Decision.Block block ->
          refuse(Refusal.blocked(block.why().deciding(), recorder.name(command)));
      case Decision.Approve approve ->
          conversation.hold(
              new ApprovalHold.Request(
                  new FrozenCommand(
                      judgement.shown(statement.text),
                      frozen(bind, statement),
                      judging.scope().upstream().resource().name(),
                      judging.scope().subject(),
                      approve.why().policyVersion()),
                  approve,
                  command),
              () -> releaseRecorded(bind, portal, command),
              this::refuse);
      case Decision.Allow _, Decision.Mask _ -> releaseRecorded(bind, portal, command);
    }
  }

  private Portal portal(
      Bind bind,
      PreparedStatement statement,
      Recorder.@Nullable Command command,
      Optional<ClassifiedStatement> source,
      StatementJudge judge) {
    return new Portal(
        bind.portal(),
        privateName(bind.portal()),
        statement,
        command,
        source,
        judge.masked(),
        judge.policy().id());
  }

  private void releaseRecorded(Bind bind, Portal portal, Recorder.Command command) {
    await(
        recorder.releasable(command),
        (ignored, failure) -> {
          if (failure != null) {
            refuse(Refusal.of(Refusal.IO_ERROR, "the journal cannot be written"));
          } else {
            command.released();
            release(bind, portal);
          }
        });
  }

  private void release(Bind bind, Portal portal) {
    portal.source.ifPresent(source -> judging.released(source, portal.masked));
    if (portal.statement.description != null) {
      portal.describe(portal.statement.description);
    }
    protocolNames.expect(portal);
    conversation.send(
        new Bind(
            portal.upstreamName,
            portal.statement.upstreamName,
            bind.parameterFormats(),
            bind.parameters(),
            bind.resultFormats()),
        new Reply.OfBind(portal));
  }

  void on(Describe describe) {
    if (skips()) {
      return;
    }
    switch (describe.target()) {
      case STATEMENT -> {
        PreparedStatement statement = protocolNames.statement(describe.name());
        if (statement == null) {
          refuse(noStatement(describe.name()));
        } else {
          conversation.send(
              new Describe(Target.STATEMENT, statement.upstreamName),
              new Reply.OfDescribeStatement(statement));
        }
      }
      case PORTAL -> {
        Portal portal = protocolNames.portal(describe.name());
        if (portal == null) {
          refuse(noPortal(describe.name()));
        } else {
          conversation.send(
              new Describe(Target.PORTAL, portal.upstreamName),
              new Reply.OfDescribePortal(portal, false));
        }
      }
    }
  }

  void on(Execute execute) {
    if (skips()) {
      return;
    }
    Portal portal = protocolNames.portal(execute.portal());
    if (portal == null) {
      refuse(noPortal(execute.portal()));
      return;
    }
    if (!judging.currentPolicy().id().equals(portal.policyVersion)) {
      refuse(
          new Refusal(
              Refusal.INSUFFICIENT_PRIVILEGE,
              "the policy has changed since the statement was bound",
              "",
              "Send the statement again."));
      return;
    }
    if (portal.statement.runsByName()) {
      settle(() -> executeByName(execute, portal));
    } else {
      execute(execute, portal);
    }
  }

  /** A name is looked up by the upstream when it runs, so it must still mean what was judged. */
  private void executeByName(Execute execute, Portal portal) {
    if (portal.statement.classified.flatMap(names::named).equals(portal.source)) {
      execute(execute, portal);
    } else {
      refuse(
          new Refusal(
              Refusal.INSUFFICIENT_PRIVILEGE,
              "what the statement names has changed since it was bound",
              "",
              "Send the statement again."));
    }
  }

  private void execute(Execute execute, Portal portal) {
    if (portal.needsMask() && portal.mask == null) {
      conversation.send(
          new Describe(Target.PORTAL, portal.upstreamName),
          new Reply.OfDescribePortal(portal, true));
    }
    conversation.send(
        new Execute(portal.upstreamName, execute.rows()), new Reply.OfExecute(portal));
  }

  void on(Close close) {
    if (skips()) {
      return;
    }
    String upstreamName = SessionNames.RESERVED_PREFIX + "none";
    switch (close.target()) {
      case STATEMENT -> {
        PreparedStatement statement = protocolNames.statement(close.name());
        upstreamName = statement == null ? upstreamName : statement.upstreamName;
      }
      case PORTAL -> {
        Portal portal = protocolNames.portal(close.name());
        upstreamName = portal == null ? upstreamName : portal.upstreamName;
      }
    }
    protocolNames.expectClosed(close.target(), close.name());
    conversation.send(
        new Close(close.target(), upstreamName), new Reply.OfClose(close.target(), close.name()));
  }

  void on(Flush flush) {
    if (!protocolNames.isSkipping()) {
      open = true;
      conversation.send(flush, null);
    }
  }

  void on(Sync sync) {
    open = false;
    protocolNames.synced();
    conversation.send(sync, new Reply.OfSync());
  }

  private boolean skips() {
    open = true;
    return protocolNames.isSkipping();
  }

  /** Goes on when a stage is done, unless the pipeline has failed meanwhile. */
  private <T> void await(CompletionStage<T> stage, BiConsumer<T, @Nullable Throwable> then) {
    conversation.await(
        stage,
        (value, failure) -> {
          if (!protocolNames.isSkipping()) {
            then.accept(value, failure);
          }
        });
  }

  /** Goes on when the upstream has answered everything, unless the pipeline has failed. */
  private void settle(Runnable then) {
    conversation.settle(
        () -> {
          if (!protocolNames.isSkipping()) {
            then.run();
          }
        });
  }

  private void refuse(Refusal refusal) {
    if (protocolNames.isSkipping()) {
      return;
    }
    protocolNames.skip();
    conversation.send(
        new Parse(SessionNames.RESERVED_PREFIX + "refused", SimpleQueries.NEVER_VALID, List.of()),
        new Reply.OfRefused(refusal));
  }

  private static Refusal noStatement(String name) {
    return Refusal.of(
        INVALID_STATEMENT_NAME,
        name.isEmpty()
            ? "unnamed prepared statement does not exist"
            : "prepared statement \"" + name + "\" does not exist");
  }

  private static Refusal noPortal(String name) {
    return Refusal.of(INVALID_CURSOR_NAME, "portal \"" + name + "\" does not exist");
  }

  /**
   * The unnamed statement and portal stay unnamed: the upstream replaces them as the client means.
   */
  private String privateName(String name) {
    return name.isEmpty() ? "" : SessionNames.RESERVED_PREFIX + ++counter;
  }

  private static List<FrozenCommand.Parameter> frozen(Bind bind, PreparedStatement statement) {
    List<FrozenCommand.Parameter> parameters = new ArrayList<>();
    for (int i = 0; i < bind.parameters().size(); i++) {
      int type = i < statement.parameterTypes.size() ? statement.parameterTypes.get(i) : 0;
      parameters.add(
          new FrozenCommand.Parameter(
              type,
              bind.parameterFormat(i),
              bind.parameters().get(i).map(HexFormat.of()::formatHex)));
    }
    return parameters;
  }

  private static List<Optional<String>> texts(Bind bind) {
    List<Optional<String>> texts = new ArrayList<>();
    for (int i = 0; i < bind.parameters().size(); i++) {
      boolean isText = bind.parameterFormat(i) == 0;
      texts.add(
          bind.parameters()
              .get(i)
              .map(
                  value ->
                      isText ? new String(value, UTF_8) : "\\x" + HexFormat.of().formatHex(value)));
    }
    return texts;
  }
}

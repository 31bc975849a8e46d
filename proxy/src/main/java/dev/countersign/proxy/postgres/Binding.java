package dev.countersign.proxy.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.countersign.decision.approval.FrozenCommand;
import dev.countersign.proxy.postgres.sql.ClassifiedStatement;
import dev.countersign.proxy.postgres.wire.Bind;
import dev.countersign.proxy.postgres.wire.Execute;
import dev.countersign.rules.verdict.Decision;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Judges, records, holds and releases a statement when its parameters are known. Confined to the
 * session's event loop.
 */
final class Binding {

  private final Conversation conversation;
  private final Pipeline pipeline;
  private final Recorder recorder;
  private final Judging judging;
  private final SessionNames names;
  private final ProtocolNames protocolNames;
  private final SimpleQueries simple;

  Binding(
      Conversation conversation,
      Pipeline pipeline,
      Recorder recorder,
      Judging judging,
      SessionNames names,
      ProtocolNames protocolNames,
      SimpleQueries simple) {
    this.conversation = conversation;
    this.pipeline = pipeline;
    this.recorder = recorder;
    this.judging = judging;
    this.names = names;
    this.protocolNames = protocolNames;
    this.simple = simple;
  }

  /** The catalog may have changed since the statement was parsed: it is read again. */
  void onUnderstood(
      Bind bind,
      PreparedStatement statement,
      Judging.Understood text,
      @Nullable Throwable failure) {
    if (failure != null) {
      pipeline.refuse(simple.refusal(statement.text, failure));
    } else if (text.statements().isEmpty()) {
      String upstreamName = protocolNames.privateName(bind.portal());
      release(bind, portal(bind, upstreamName, statement, null, Optional.empty(), text.judge()));
    } else if (statement.runsByName()) {
      pipeline.settle(() -> judge(bind, statement, text));
    } else {
      judge(bind, statement, text);
    }
  }

  /**
   * An Execute is about a cursor that a SQL command declared: it is what a FETCH would be.
   *
   * @param fetch that FETCH
   */
  void onUnderstood(
      Execute execute,
      PreparedStatement fetch,
      Judging.Understood text,
      @Nullable Throwable failure,
      Consumer<Portal> run) {
    if (failure != null) {
      pipeline.refuse(simple.refusal(fetch.text, failure));
    } else {
      Bind bind = new Bind(execute.portal(), "", List.of(), List.of(), List.of());
      pipeline.settle(() -> judge(bind, execute.portal(), fetch, text, run));
    }
  }

  private void judge(Bind bind, PreparedStatement statement, Judging.Understood text) {
    String upstreamName = protocolNames.privateName(bind.portal());
    judge(bind, upstreamName, statement, text, portal -> release(bind, portal));
  }

  private void judge(
      Bind bind,
      String upstreamName,
      PreparedStatement statement,
      Judging.Understood text,
      Consumer<Portal> release) {
    StatementJudge judge = text.judge();
    StatementJudge.Judgement judgement = judge.judge(statement.asSent(text.statements()), names);
    ClassifiedStatement source = judgement.statements().getFirst().source();
    Recorder.Command command =
        recorder.decided(
            statement.run(), texts(bind), List.of(source.facts()), judgement.decision());
    Portal portal = portal(bind, upstreamName, statement, command, Optional.of(source), judge);
    switch (judgement.decision()) {
      case Decision.Block block ->
          pipeline.refuse(Refusal.blocked(block.why().deciding(), recorder.name(command)));
      case Decision.Approve approve ->
          conversation.hold(
              new ApprovalHold.Request(
                  new FrozenCommand(
                      judgement.shown(statement.run()),
                      frozen(bind, statement),
                      judging.scope().upstream().resource().name(),
                      judging.scope().subject(),
                      approve.why().policyVersion()),
                  approve,
                  command,
                  judgement.sources()),
              () -> releaseRecorded(portal, command, release),
              pipeline::refuse);
      case Decision.Allow _, Decision.Mask _ -> releaseRecorded(portal, command, release);
    }
  }

  private Portal portal(
      Bind bind,
      String upstreamName,
      PreparedStatement statement,
      Recorder.@Nullable Command command,
      Optional<ClassifiedStatement> source,
      StatementJudge judge) {
    return new Portal(
        bind.portal(),
        upstreamName,
        statement,
        command,
        source,
        judge.masked(),
        judge.policy().id(),
        bind.resultFormats());
  }

  private void releaseRecorded(Portal portal, Recorder.Command command, Consumer<Portal> release) {
    pipeline.await(
        recorder.releasable(command),
        (ignored, failure) -> {
          if (failure != null) {
            pipeline.refuse(Refusal.of(Refusal.IO_ERROR, "the journal cannot be written"));
          } else {
            command.released();
            release.accept(portal);
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

package dev.countersign.proxy.postgres;

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
import java.util.List;
import java.util.Optional;
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

  private final Conversation conversation;
  private final Recorder recorder;
  private final Judging judging;
  private final SessionNames names;
  private final ProtocolNames protocolNames;
  private final SentNames sentNames;
  private final SimpleQueries simple;
  private final Pipeline pipeline;
  private final Binding binding;

  ExtendedQueries(
      Conversation conversation,
      Recorder recorder,
      Judging judging,
      SessionNames names,
      ProtocolNames protocolNames,
      SentNames sentNames,
      SimpleQueries simple) {
    this.conversation = conversation;
    this.recorder = recorder;
    this.judging = judging;
    this.names = names;
    this.protocolNames = protocolNames;
    this.sentNames = sentNames;
    this.simple = simple;
    pipeline = new Pipeline(conversation, protocolNames);
    binding = new Binding(conversation, pipeline, recorder, judging, names, protocolNames, simple);
  }

  /** Whether messages were sent whose Sync is still to come. */
  boolean isOpen() {
    return pipeline.isOpen();
  }

  void on(Parse parse) {
    if (!pipeline.skips()) {
      pipeline.settleWhere(
          taken(parse) != null || mayStayTaken(Target.STATEMENT, parse.name()), () -> parse(parse));
    }
  }

  /** A Parse was not even taken in, and so not its name: it may have been the unnamed one. */
  void onSkipped(int length) {
    if (!pipeline.skips()) {
      pipeline.refuse(new Parse("", "", List.of()), simple.skipped(length));
    }
  }

  /** Of such a Parse the upstream would not take in the name either. */
  void onNotUtf8(int length) {
    if (!pipeline.skips()) {
      pipeline.refuse(simple.notUtf8(length));
    }
  }

  /** A pipeline before this one drops it; if that one fails, it is still there. */
  private boolean mayStayTaken(Target target, String name) {
    return !name.isEmpty() && protocolNames.isInDoubt(target, name);
  }

  /** What has the name that it would give; the unnamed statement is replaced. */
  private @Nullable PreparedStatement taken(Parse parse) {
    return parse.name().isEmpty() ? null : sentNames.statement(parse.name());
  }

  private void parse(Parse parse) {
    if (protocolNames.isFull() && taken(parse) == null) {
      pipeline.refuse(parse, Refusal.tooMany(Target.STATEMENT));
    } else {
      pipeline.await(
          judging.understand(parse.text()), (text, failure) -> onUnderstood(parse, text, failure));
    }
  }

  private void onUnderstood(Parse parse, Judging.Understood text, @Nullable Throwable failure) {
    if (failure != null) {
      pipeline.refuse(parse, simple.refusal(parse.text(), failure));
      return;
    }
    if (text.statements().size() > 1) {
      pipeline.refuse(
          parse,
          Refusal.of(
              Refusal.SYNTAX_ERROR, "cannot insert multiple commands into a prepared statement"));
      return;
    }
    PreparedStatement taken = taken(parse);
    if (taken == null) {
      pipeline.settleWhere(SentNames.matter(text.statements()), () -> prepare(parse, text));
    } else {
      pipeline.refuseAgain(taken, text.statements());
    }
  }

  private void prepare(Parse parse, Judging.Understood text) {
    Optional<ClassifiedStatement> asWritten = text.statements().stream().findFirst();
    Optional<String> sentName = asWritten.flatMap(sentNames::sent);
    Optional<ClassifiedStatement> statement =
        asWritten.map(written -> sentName.map(written::referringTo).orElse(written));
    if (statement.isPresent() && !statement.get().runsByName()) {
      StatementJudge.Judgement judgement = text.judge().judge(List.of(statement.get()), names);
      if (judgement.decision() instanceof Decision.Block block) {
        Recorder.Command command =
            recorder.decided(parse.text(), List.of(), List.of(statement.get().facts()), block);
        pipeline.refuse(parse, Refusal.blocked(block.why().deciding(), recorder.name(command)));
        return;
      }
    }
    PreparedStatement prepared =
        new PreparedStatement(
            parse.name(),
            protocolNames.privateName(parse.name()),
            parse.text(),
            parse.parameterTypes(),
            statement,
            found -> sentName.map(found::referringTo).orElse(found));
    protocolNames.expect(prepared);
    conversation.send(
        new Parse(
            prepared.upstreamName,
            sentName.isPresent()
                ? statement.orElseThrow().text()
                : judging.settings().sent(parse.text(), text.statements()),
            parse.parameterTypes()),
        new Reply.OfParse(prepared));
  }

  void on(Bind bind) {
    if (!pipeline.skips()) {
      pipeline.settleWhere(
          isTaken(bind)
              || mayStayTaken(Target.PORTAL, bind.portal())
              || isInDoubt(Target.STATEMENT, bind.statement()),
          () -> bind(bind));
    }
  }

  /** What the extended protocol has not named a SQL command may name meanwhile. */
  private boolean isInDoubt(Target target, String name) {
    boolean isKnown =
        switch (target) {
          case STATEMENT -> protocolNames.statement(name) != null;
          case PORTAL -> protocolNames.portal(name) != null;
        };
    return !isKnown || protocolNames.isInDoubt(target, name);
  }

  private boolean isTaken(Bind bind) {
    return !bind.portal().isEmpty()
        && (protocolNames.portal(bind.portal()) != null
            || sentNames.isMadeBySql(Target.PORTAL, bind.portal()));
  }

  private void bind(Bind bind) {
    PreparedStatement statement = sentNames.statement(bind.statement());
    if (statement == null) {
      pipeline.refuse(noStatement(bind.statement()));
    } else if (isTaken(bind)) {
      pipeline.refuseAgain(
          sentNames.closed(Target.PORTAL, bind.portal()), statement.upstreamName, bind);
    } else if (protocolNames.isFull()) {
      pipeline.refuse(Refusal.tooMany(Target.PORTAL));
    } else {
      pipeline.await(
          judging.understand(statement.text),
          (text, failure) -> binding.onUnderstood(bind, statement, text, failure));
    }
  }

  void on(Describe describe) {
    if (!pipeline.skips()) {
      pipeline.settleWhere(isInDoubt(describe.target(), describe.name()), () -> describe(describe));
    }
  }

  private void describe(Describe describe) {
    switch (describe.target()) {
      case STATEMENT -> {
        PreparedStatement statement = sentNames.statement(describe.name());
        if (statement == null) {
          pipeline.refuse(noStatement(describe.name()));
        } else {
          conversation.send(
              new Describe(Target.STATEMENT, statement.upstreamName),
              new Reply.OfDescribeStatement(statement));
        }
      }
      case PORTAL -> {
        Portal portal = protocolNames.portal(describe.name());
        if (portal == null && sentNames.isMadeBySql(Target.PORTAL, describe.name())) {
          conversation.send(describe, new Reply.OfDescribeCursor());
        } else if (portal == null) {
          pipeline.refuse(noPortal(describe.name()));
        } else {
          conversation.send(
              new Describe(Target.PORTAL, portal.upstreamName),
              new Reply.OfDescribePortal(portal, false));
        }
      }
    }
  }

  void on(Execute execute) {
    if (!pipeline.skips()) {
      pipeline.settleWhere(
          protocolNames.isInDoubt(Target.PORTAL, execute.portal()), () -> execute(execute));
    }
  }

  private void execute(Execute execute) {
    Portal portal = protocolNames.portal(execute.portal());
    if (portal == null) {
      pipeline.settle(() -> executeCursor(execute));
      return;
    }
    if (!judging.currentPolicy().id().equals(portal.policyVersion)) {
      pipeline.refuse(
          new Refusal(
              Refusal.INSUFFICIENT_PRIVILEGE,
              "the policy has changed since the statement was bound",
              "",
              "Send the statement again."));
      return;
    }
    if (portal.statement.runsByName()) {
      pipeline.settle(() -> executeByName(execute, portal));
    } else if (portal.statement.classified.filter(SentNames::matter).isPresent()) {
      pipeline.settle(() -> executeMaking(execute, portal));
    } else {
      execute(execute, portal);
    }
  }

  /** What the extended protocol has not named a SQL command may have declared. */
  private void executeCursor(Execute execute) {
    if (!sentNames.isMadeBySql(Target.PORTAL, execute.portal())) {
      pipeline.refuse(noPortal(execute.portal()));
      return;
    }
    PreparedStatement fetch = PreparedStatement.fetch(execute.portal());
    pipeline.await(
        judging.understand(fetch.text),
        (text, failure) ->
            binding.onUnderstood(
                execute,
                fetch,
                text,
                failure,
                portal -> {
                  judging.released(portal.source.orElseThrow(), portal.masked);
                  execute(execute, portal);
                }));
  }

  private void executeMaking(Execute execute, Portal portal) {
    portal
        .kind()
        .flatMap(sentNames::taken)
        .ifPresentOrElse(
            pipeline::refuseExecute,
            () -> {
              execute(execute, portal);
              // What comes behind it may give the same name.
              pipeline.settle(() -> {});
            });
  }

  /** A name is looked up by the upstream when it runs, so it must still mean what was judged. */
  private void executeByName(Execute execute, Portal portal) {
    if (portal.statement.classified.flatMap(names::named).equals(portal.source)) {
      execute(execute, portal);
    } else {
      pipeline.refuse(
          new Refusal(
              Refusal.INSUFFICIENT_PRIVILEGE,
              "what the statement names has changed since it was bound",
              "",
              "Send the statement again."));
    }
  }

  private void execute(Execute execute, Portal portal) {
    if (portal.needsDescription() && portal.mask == null) {
      conversation.send(
          new Describe(Target.PORTAL, portal.upstreamName),
          new Reply.OfDescribePortal(portal, true));
    }
    Reply owed = new Reply.OfExecute(portal);
    conversation.send(new Execute(portal.upstreamName, execute.rows()), owed);
    if (portal.copiesIn()) {
      conversation.copyAsked(owed);
    }
  }

  void on(Close close) {
    if (!pipeline.skips()) {
      pipeline.settleWhere(isInDoubt(close.target(), close.name()), () -> close(close));
    }
  }

  private void close(Close close) {
    String upstreamName = sentNames.closed(close.target(), close.name());
    protocolNames.expectClosed(close.target(), close.name());
    conversation.send(
        new Close(close.target(), upstreamName), new Reply.OfClose(close.target(), close.name()));
  }

  void on(Flush flush) {
    if (!pipeline.skips()) {
      conversation.send(flush, null);
    }
  }

  void on(Sync sync) {
    pipeline.on(sync);
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
}

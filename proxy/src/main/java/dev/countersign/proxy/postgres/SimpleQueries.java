package dev.countersign.proxy.postgres;

import dev.countersign.decision.approval.FrozenCommand;
import dev.countersign.proxy.postgres.sql.ClassifiedStatement;
import dev.countersign.proxy.postgres.sql.SqlRefused;
import dev.countersign.proxy.postgres.wire.Query;
import dev.countersign.rules.fact.SqlStatement;
import dev.countersign.rules.verdict.Decision;
import dev.countersign.rules.verdict.Explanation;
import dev.countersign.rules.verdict.MatchedRow;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The simple query protocol: a text of any number of statements, one verdict for all of them.
 *
 * @see <a
 *     href="https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-SIMPLE-QUERY">
 *     Simple query</a>
 */
final class SimpleQueries {

  private static final Logger LOG = LoggerFactory.getLogger(SimpleQueries.class);

  /**
   * No grammar of PostgreSQL ever accepted this text. Sent in place of a refused message it makes
   * the upstream fail as it would for any error, so that the state of the transaction stays its
   * own.
   */
  static final String NEVER_VALID = "!refused by the gateway!";

  /**
   * As {@link #NEVER_VALID}, but the grammar takes it: a transaction that has failed says so first.
   */
  static final String NEVER_FOUND = "SELECT " + SentNames.NOTHING;

  private final Conversation conversation;
  private final Recorder recorder;
  private final Judging judging;
  private final SessionNames names;
  private final SentNames sentNames;

  SimpleQueries(
      Conversation conversation,
      Recorder recorder,
      Judging judging,
      SessionNames names,
      SentNames sentNames) {
    this.conversation = conversation;
    this.recorder = recorder;
    this.judging = judging;
    this.names = names;
    this.sentNames = sentNames;
  }

  void on(Query query) {
    conversation.await(
        judging.understand(query.text()), (text, failure) -> onUnderstood(query, text, failure));
  }

  /** A text was not even taken in. */
  void onSkipped(int length) {
    refuse(skipped(length));
  }

  Refusal skipped(int length) {
    return unread(length, judging.tooLong());
  }

  void onNotUtf8(int length) {
    refuse(notUtf8(length));
  }

  Refusal notUtf8(int length) {
    return unread(length, SqlRefused.notUtf8());
  }

  private Refusal unread(int length, SqlRefused refused) {
    return refusal("(" + length + " bytes that were not read)", refused);
  }

  private void onUnderstood(Query query, Judging.Understood text, @Nullable Throwable failure) {
    if (failure != null) {
      refuse(refusal(query.text(), failure));
      return;
    }
    if (text.statements().isEmpty()) {
      conversation.send(
          new Query(""), new Reply.OfQuery("", List.of(), text.judge().masked(), null));
      return;
    }
    if (judging.settings().isReplaced(text.statements())) {
      refuse(
          new Refusal(
              Refusal.INSUFFICIENT_PRIVILEGE,
              "a parameter that the gateway keeps is set among other statements",
              "",
              "Send the SET by itself."));
      return;
    }
    if (SentNames.matter(text.statements())) {
      conversation.settle(() -> judgeNamed(query, text));
    } else {
      judge(query, text, judging.settings().sent(query.text(), text.statements()));
    }
  }

  private void judgeNamed(Query query, Judging.Understood text) {
    Optional<Refusal> objection = sentNames.objection(text.statements());
    ClassifiedStatement first = text.statements().getFirst();
    if (objection.isPresent()) {
      refuse(first.endsFailure() ? NEVER_VALID : NEVER_FOUND, objection.get());
      return;
    }
    Optional<ClassifiedStatement> renamed = sentNames.sent(first).map(first::referringTo);
    if (renamed.isPresent()) {
      judge(
          query,
          new Judging.Understood(List.of(renamed.get()), text.judge()),
          renamed.get().text());
    } else {
      judge(query, text, query.text());
    }
  }

  private void judge(Query query, Judging.Understood text, String sent) {
    StatementJudge.Judgement judgement = text.judge().judge(text.statements(), names);
    List<SqlStatement> facts =
        judgement.statements().stream().map(judged -> judged.source().facts()).toList();
    Recorder.Command command =
        recorder.decided(query.text(), List.of(), facts, judgement.decision());
    switch (judgement.decision()) {
      case Decision.Block block ->
          refuse(Refusal.blocked(block.why().deciding(), recorder.name(command)));
      case Decision.Approve approve ->
          conversation.hold(
              new ApprovalHold.Request(
                  new FrozenCommand(
                      judgement.shown(query.text()),
                      List.of(),
                      judging.scope().upstream().resource().name(),
                      judging.scope().subject(),
                      approve.why().policyVersion()),
                  approve,
                  command,
                  judgement.sources()),
              () -> release(query, text, sent, judgement, command),
              this::refuse);
      case Decision.Allow _, Decision.Mask _ -> release(query, text, sent, judgement, command);
    }
  }

  /** What is told to the client when a text could not even be judged. */
  Refusal refusal(String sql, Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof SqlRefused refused) {
      Decision decision =
          Decision.Block.builtIn(
              judging.currentPolicy().id(),
              refused.rule().id(),
              "",
              refused.reason(),
              StatementJudge.hint(refused.rule()));
      Recorder.Command command = recorder.decided(sql, List.of(), List.of(), decision);
      return Refusal.notUnderstood(refused, decision.why().deciding(), recorder.name(command));
    }
    LOG.atWarn()
        .addKeyValue("session", judging.scope().session())
        .addKeyValue("resource", judging.scope().upstream().resource().name())
        .setCause(cause)
        .log("the database's catalog cannot be read; its statements are blocked");
    MatchedRow row =
        MatchedRow.builtIn(
            "PG-CATALOG",
            "",
            "the database's catalog cannot be read, so nothing can be judged",
            "Try again; if it stays so, tell the operator of the gateway.");
    Decision decision =
        new Decision.Block(new Explanation(judging.currentPolicy().id(), List.of(row)));
    Recorder.Command command = recorder.decided(sql, List.of(), List.of(), decision);
    return Refusal.blocked(row, recorder.name(command));
  }

  private void release(
      Query query,
      Judging.Understood text,
      String sent,
      StatementJudge.Judgement judgement,
      Recorder.Command command) {
    conversation.await(
        recorder.releasable(command),
        (ignored, failure) -> {
          if (failure != null) {
            refuse(Refusal.of(Refusal.IO_ERROR, "the journal cannot be written"));
            return;
          }
          for (StatementJudge.Judged judged : judgement.statements()) {
            judging.released(judged.source(), text.judge().masked());
          }
          command.released();
          Reply owed =
              new Reply.OfQuery(
                  query.text(), judgement.statements(), text.judge().masked(), command);
          conversation.send(new Query(sent), owed);
          if (judgement.statements().stream().anyMatch(StatementJudge.Judged::copiesIn)) {
            conversation.copyAsked(owed);
          }
        });
  }

  void refuseFunctionCall() {
    Decision decision =
        Decision.Block.builtIn(
            judging.currentPolicy().id(),
            "PG-FUNCTION-CALL",
            "",
            "function calls by OID do not pass the gateway",
            "Call the function in a SELECT.");
    Recorder.Command command = recorder.decided("(function call)", List.of(), List.of(), decision);
    refuse(Refusal.blocked(decision.why().deciding(), recorder.name(command)));
  }

  private void refuse(Refusal refusal) {
    refuse(NEVER_VALID, refusal);
  }

  private void refuse(String text, Refusal refusal) {
    conversation.send(new Query(text), new Reply.OfRefusedQuery(refusal));
  }
}

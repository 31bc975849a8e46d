package dev.countersign.proxy.postgres;

import dev.countersign.proxy.postgres.sql.ClassifiedStatement;
import dev.countersign.proxy.postgres.wire.Bind;
import dev.countersign.proxy.postgres.wire.FrontendMessage;
import dev.countersign.proxy.postgres.wire.Parse;
import dev.countersign.proxy.postgres.wire.Sync;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The messages of the extended protocol up to a Sync: when one of them fails, all that follow are
 * skipped, here as by the upstream. Confined to the session's event loop.
 */
final class Pipeline {

  private static final String REFUSED = SessionNames.RESERVED_PREFIX + "refused";

  private final Conversation conversation;
  private final ProtocolNames names;
  private boolean open;

  Pipeline(Conversation conversation, ProtocolNames names) {
    this.conversation = conversation;
    this.names = names;
  }

  /** Whether messages were sent whose Sync is still to come. */
  boolean isOpen() {
    return open;
  }

  /** A message has come; answers whether it is skipped. */
  boolean skips() {
    open = true;
    return names.isSkipping();
  }

  void on(Sync sync) {
    open = false;
    names.synced();
    conversation.send(sync, new Reply.OfSync());
  }

  /** Goes on when a stage is done, unless the pipeline has failed meanwhile. */
  <T> void await(CompletionStage<T> stage, BiConsumer<T, @Nullable Throwable> then) {
    conversation.await(
        stage,
        (value, failure) -> {
          if (!names.isSkipping()) {
            then.accept(value, failure);
          }
        });
  }

  /** Goes on when the upstream has answered everything, unless the pipeline has failed. */
  void settle(Runnable then) {
    conversation.settle(
        () -> {
          if (!names.isSkipping()) {
            then.run();
          }
        });
  }

  /** As {@link #settle} where it is in doubt what a name means: what is under way may drop it. */
  void settleWhere(boolean inDoubt, Runnable then) {
    if (inDoubt) {
      settle(then);
    } else {
      then.run();
    }
  }

  /** Makes the upstream fail as it would for any error; the client is told of ours. */
  void refuse(Refusal refusal) {
    refuse(REFUSED, refusal);
  }

  /** Refuses a Parse. The upstream drops its unnamed statement before it reads another. */
  void refuse(Parse parse, Refusal refusal) {
    refuse(parse.name().isEmpty() ? "" : REFUSED, refusal);
  }

  private void refuse(String statement, Refusal refusal) {
    refuse(statement, SimpleQueries.NEVER_VALID, refusal);
  }

  private void refuse(String statement, String text, Refusal refusal) {
    refuse(new Parse(statement, text, List.of()), new Reply.OfRefused(refusal, statement));
  }

  private void refuse(FrontendMessage message, Reply.OfRefused owed) {
    if (!names.isSkipping()) {
      names.skip();
      conversation.send(message, owed);
    }
  }

  /**
   * Refuses a Parse under a name that is taken. The upstream finds that out itself, or before it
   * that the transaction has failed: it gets a harmless text under that name, which a failed
   * transaction takes where it would take the client's.
   */
  void refuseAgain(PreparedStatement taken, List<ClassifiedStatement> again) {
    String harmless = again.stream().allMatch(ClassifiedStatement::endsFailure) ? "" : "SELECT 1";
    refuse(taken.upstreamName, harmless, Refusal.duplicateStatement(taken.name));
  }

  /**
   * As {@link #refuseAgain(PreparedStatement, List)} a Bind; its values stay here.
   *
   * @param portal as the upstream knows it
   * @param statement as the upstream knows it
   */
  void refuseAgain(String portal, String statement, Bind again) {
    refuse(
        new Bind(
            portal,
            statement,
            again.parameterFormats(),
            Collections.nCopies(again.parameters().size(), Optional.empty()),
            again.resultFormats()),
        new Reply.OfRefused(Refusal.duplicateCursor(again.portal()), portal));
  }

  /** Refuses an Execute that would give a name that is taken. */
  void refuseExecute(Refusal refusal) {
    refuse(REFUSED, SimpleQueries.NEVER_FOUND, refusal);
  }
}

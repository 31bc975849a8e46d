package dev.countersign.proxy.postgres;

import dev.countersign.proxy.postgres.catalog.Catalog;
import dev.countersign.proxy.postgres.catalog.MaskedColumns;
import dev.countersign.proxy.postgres.sql.ClassifiedStatement;
import dev.countersign.proxy.postgres.sql.SqlRefused;
import dev.countersign.rules.policy.PolicyVersion;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Understands and judges the texts of one session by the policy and the catalog of the moment.
 * Confined to the session's event loop.
 */
final class Judging {

  /** Longer texts are parsed away from the event loop. */
  private static final int SHORT_TEXT = 16_384;

  /** A text understood. */
  record Understood(List<ClassifiedStatement> statements, StatementJudge judge) {}

  private static final Executor VIRTUAL = task -> Thread.ofVirtual().start(task);

  private final SessionScope scope;
  private final DoorServices services;
  private @Nullable StatementJudge latest;
  private long latestEpoch;
  private boolean touchedMasked;
  private boolean changedCatalog;

  Judging(SessionScope scope, DoorServices services) {
    this.scope = scope;
    this.services = services;
  }

  /**
   * Understands a text; fails with {@link SqlRefused} around which there may be a {@link
   * CompletionException}.
   */
  CompletionStage<Understood> understand(String sql) {
    CompletableFuture<Catalog> catalog =
        services.catalogs().catalog(scope.upstream()).toCompletableFuture();
    boolean isReady = catalog.isDone() && !catalog.isCompletedExceptionally();
    if (isReady && sql.length() <= SHORT_TEXT) {
      Catalog snapshot = catalog.join();
      try {
        return CompletableFuture.completedFuture(
            new Understood(services.classifier().classify(sql, snapshot), judge(snapshot)));
      } catch (SqlRefused refused) {
        return CompletableFuture.failedFuture(refused);
      }
    }
    return catalog.thenApplyAsync(
        snapshot -> {
          try {
            return new Understood(
                services.classifier().classify(sql, snapshot), newJudge(snapshot));
          } catch (SqlRefused refused) {
            throw new CompletionException(refused);
          }
        },
        VIRTUAL);
  }

  /** The judge of the moment, by the snapshot of the moment. */
  private StatementJudge judge(Catalog catalog) {
    PolicyVersion policy = services.policy().current();
    if (latest == null
        || latestEpoch != catalog.epoch()
        || !latest.policy().id().equals(policy.id())) {
      latest = newJudge(catalog);
      latestEpoch = catalog.epoch();
    }
    return latest;
  }

  private StatementJudge newJudge(Catalog catalog) {
    PolicyVersion policy = services.policy().current();
    MaskedColumns masked =
        MaskedColumns.of(policy.masks(scope.subject(), scope.upstream().resource()), catalog);
    return new StatementJudge(scope.subject(), scope.upstream().resource(), policy, masked);
  }

  /** Whether a text is longer than the door takes. */
  boolean isTooLong(String sql) {
    return sql.length() > services.config().maxStatementBytes();
  }

  SessionScope scope() {
    return scope;
  }

  PolicyVersion currentPolicy() {
    return services.policy().current();
  }

  /** A statement is about to run: remembers what it means for the rest of the session. */
  void released(ClassifiedStatement source, MaskedColumns masked) {
    touchedMasked |= ResultMask.isNeeded(source, masked);
    changedCatalog |=
        source.facts().opaque()
            || source.facts().accesses().stream()
                .anyMatch(
                    access ->
                        switch (access.verb()) {
                          case CREATE, ALTER, DROP, OTHER -> true;
                          case SELECT,
                              INSERT,
                              UPDATE,
                              DELETE,
                              MERGE,
                              TRUNCATE,
                              GRANT,
                              REVOKE,
                              COPY_TO,
                              COPY_FROM,
                              LOCK,
                              CALL,
                              DO,
                              EXECUTE,
                              FETCH,
                              SET,
                              SHOW,
                              TRANSACTION,
                              LISTEN,
                              NOTIFY,
                              MAINTAIN ->
                              false;
                        });
  }

  /** Whether errors and notices must not carry values any more. */
  boolean hasTouchedMasked() {
    return touchedMasked;
  }

  /** The session is outside a transaction: what it changed is visible to others now. */
  void transactionEnded() {
    if (changedCatalog) {
      changedCatalog = false;
      services.catalogs().invalidate(scope.upstream());
    }
  }
}

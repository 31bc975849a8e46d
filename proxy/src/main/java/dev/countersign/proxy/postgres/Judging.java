package dev.countersign.proxy.postgres;

import dev.countersign.decision.grant.GrantScope;
import dev.countersign.proxy.postgres.catalog.Catalog;
import dev.countersign.proxy.postgres.catalog.MaskedColumns;
import dev.countersign.proxy.postgres.sql.ClassifiedStatement;
import dev.countersign.proxy.postgres.sql.NameEncoding;
import dev.countersign.proxy.postgres.sql.SqlRefused;
import dev.countersign.rules.fact.SqlAccess;
import dev.countersign.rules.fact.SqlVerb;
import dev.countersign.rules.policy.PolicyVersion;
import dev.countersign.rules.verdict.MaskPlan;
import io.netty.buffer.ByteBufUtil;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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

  /** For how long a relation that does not exist is taken not to exist. */
  private static final long MISSING_NANOS = 1_000_000_000L;

  /** A text understood. */
  record Understood(List<ClassifiedStatement> statements, StatementJudge judge) {}

  private static final Executor VIRTUAL = task -> Thread.ofVirtual().start(task);

  private final SessionScope scope;
  private final DoorServices services;
  private final SessionSettings settings;
  private final boolean readsNamesAlike;
  private @Nullable StatementJudge latest;
  private long latestEpoch;
  private Set<String> latestDoubted = Set.of();
  private boolean spent;
  private boolean touchedMasked;
  private boolean changedCatalog;

  /** Names that the transaction has freed, or given to what hides others. */
  private Set<String> freed = Set.of();

  private final Set<String> missing = new HashSet<>();
  private long missingSince = System.nanoTime();

  /**
   * @param readsNamesAlike whether the server reads all names as the gateway does
   */
  Judging(SessionScope scope, DoorServices services, boolean readsNamesAlike) {
    this.scope = scope;
    this.readsNamesAlike = readsNamesAlike;
    this.services = services;
    settings = scope.settings();
  }

  /**
   * Understands a text; fails with {@link SqlRefused} around which there may be a {@link
   * CompletionException}.
   */
  CompletionStage<Understood> understand(String sql) {
    if (isTooLong(sql)) {
      return CompletableFuture.failedFuture(tooLong());
    }
    if (!readsNamesAlike) {
      try {
        NameEncoding.check(sql);
      } catch (SqlRefused refused) {
        return CompletableFuture.failedFuture(refused);
      }
    }
    Set<String> doubted = services.catalogs().doubted(scope.upstream());
    CompletableFuture<Catalog> catalog =
        services.catalogs().catalog(scope.upstream()).toCompletableFuture();
    boolean isReady = catalog.isDone() && !catalog.isCompletedExceptionally();
    if (!isReady || sql.length() > SHORT_TEXT) {
      return catalog.thenComposeAsync(snapshot -> understandAway(sql, snapshot, doubted), VIRTUAL);
    }
    Catalog snapshot = catalog.join();
    try {
      List<ClassifiedStatement> statements = services.classifier().classify(sql, snapshot);
      return isNews(unknown(statements, snapshot))
          ? understandAfter(sql, snapshot, doubted)
          : CompletableFuture.completedFuture(
              new Understood(statements, judge(snapshot, with(doubted, statements))));
    } catch (SqlRefused refused) {
      return CompletableFuture.failedFuture(refused);
    }
  }

  private CompletionStage<Understood> understandAway(
      String sql, Catalog snapshot, Set<String> doubted) {
    Understood text = understand(sql, snapshot, doubted);
    return unknown(text.statements(), snapshot).isEmpty()
        ? CompletableFuture.completedFuture(text)
        : understandAfter(sql, snapshot, doubted);
  }

  /** A relation that the snapshot does not know may be a view, made meanwhile, over masked ones. */
  private CompletionStage<Understood> understandAfter(
      String sql, Catalog stale, Set<String> doubted) {
    return services
        .catalogs()
        .catalogAfter(scope.upstream(), stale)
        .thenApplyAsync(snapshot -> understand(sql, snapshot, doubted), VIRTUAL);
  }

  private Understood understand(String sql, Catalog snapshot, Set<String> doubted) {
    try {
      List<ClassifiedStatement> statements = services.classifier().classify(sql, snapshot);
      return new Understood(statements, newJudge(snapshot, with(doubted, statements)));
    } catch (SqlRefused refused) {
      throw new CompletionException(refused);
    }
  }

  private static Set<String> unknown(List<ClassifiedStatement> statements, Catalog snapshot) {
    if (statements.size() == 1) {
      return statements.getFirst().lineage().unknownTo(snapshot);
    }
    Set<String> unknown = new HashSet<>();
    statements.forEach(statement -> unknown.addAll(statement.lineage().unknownTo(snapshot)));
    return unknown;
  }

  /**
   * Whether the catalog is to be asked for these names. What a transaction has made is seen by
   * nobody else until its end, so one that is not found is not asked for with each statement.
   */
  private boolean isNews(Set<String> unknown) {
    if (unknown.isEmpty()) {
      return false;
    }
    long now = System.nanoTime();
    if (now - missingSince > MISSING_NANOS) {
      missing.clear();
      missingSince = now;
    }
    return missing.addAll(unknown);
  }

  /** Names that need not mean any more what the snapshot says when these statements run. */
  private static Set<String> with(Set<String> freed, List<ClassifiedStatement> statements) {
    Set<String> doubted = freed;
    if (statements.size() > 1) {
      for (ClassifiedStatement statement : statements) {
        doubted = with(doubted, statement);
      }
    }
    return doubted;
  }

  private static Set<String> with(Set<String> freed, ClassifiedStatement statement) {
    Set<String> more = new HashSet<>(statement.lineage().taken());
    for (SqlAccess access : statement.facts().accesses()) {
      // What is run by its name may drop anything.
      if (access.verb() == SqlVerb.DROP || access.verb() == SqlVerb.EXECUTE) {
        more.add(statement.facts().opaque() ? MaskedColumns.ANY_RELATION : access.object());
      }
    }
    if (more.isEmpty()) {
      return freed;
    }
    more.addAll(freed);
    return Set.copyOf(more);
  }

  /** The judge of the moment, by the snapshot of the moment. */
  private StatementJudge judge(Catalog catalog, Set<String> doubted) {
    PolicyVersion policy = currentPolicy();
    if (latest == null
        || latestEpoch != catalog.epoch()
        || !latestDoubted.equals(doubted)
        || !latest.policy().id().equals(policy.id())) {
      latest = newJudge(catalog, doubted);
      latestEpoch = catalog.epoch();
      latestDoubted = doubted;
    }
    return latest;
  }

  private StatementJudge newJudge(Catalog catalog, Set<String> doubted) {
    PolicyVersion policy = currentPolicy();
    MaskedColumns masked =
        MaskedColumns.of(policy.masks(scope.subject(), scope.upstream().resource()), catalog);
    if (services.exposures().key().isPresent()) {
      masked = masked.guarding(policy.guarded(scope.upstream().resource()));
    }
    return new StatementJudge(
        scope.subject(),
        scope.upstream().resource(),
        policy,
        new OwnRules(masked.doubting(doubted)),
        this::outside);
  }

  /** Why a text is outside the one that a grant is for, and for once. */
  private Optional<String> outside(String text) {
    GrantScope granted = scope.access().scope();
    return spent
        ? Optional.of("the grant was for one statement, which has run")
        : granted.objection(text);
  }

  private boolean isTooLong(String sql) {
    int most = services.config().maxStatementBytes();
    return sql.length() > most / ByteBufUtil.utf8MaxBytes(1) && ByteBufUtil.utf8Bytes(sql) > most;
  }

  SqlRefused tooLong() {
    return SqlRefused.tooLong(services.config().maxStatementBytes());
  }

  /** What stays as the gateway set it. */
  SessionSettings settings() {
    return settings;
  }

  SessionScope scope() {
    return scope;
  }

  PolicyVersion currentPolicy() {
    return scope.access().within(services.policy().current());
  }

  /** A statement is about to run: remembers what it means for the rest of the session. */
  void released(ClassifiedStatement source, MaskedColumns masked) {
    spent |= scope.access().scope().statement().isPresent();
    touchedMasked |= ResultMask.isNeeded(source, masked);
    free(with(freed, source));
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

  /** Whether anything is masked for this session. */
  boolean masksAnything() {
    return latest == null ? !planned().isEmpty() : !latest.masked().isEmpty();
  }

  /** Whether what a constraint of that relation says may hold values that are masked here. */
  boolean mayQuote(String relation) {
    return latest == null ? !planned().isEmpty() : latest.masked().mayQuote(relation);
  }

  /** What the policy masks, whether it is there or not. */
  private MaskPlan planned() {
    return currentPolicy().masks(scope.subject(), scope.upstream().resource());
  }

  /**
   * The session is outside a transaction: what it changed is visible to others now.
   *
   * @param isSettled whether nothing that was sent since is still to be answered
   */
  void transactionEnded(boolean isSettled) {
    if (changedCatalog) {
      changedCatalog = !isSettled;
      services.catalogs().invalidate(scope.upstream());
    }
    if (isSettled) {
      free(Set.of());
    }
  }

  private void free(Set<String> names) {
    if (!names.equals(freed)) {
      freed = names;
      services.catalogs().doubt(scope.upstream(), this, names);
    }
  }

  /** Whether it is not known yet what became of what the session has changed. */
  boolean isChanging() {
    return changedCatalog;
  }
}

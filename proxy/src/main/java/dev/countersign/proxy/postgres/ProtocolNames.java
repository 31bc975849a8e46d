package dev.countersign.proxy.postgres;

import dev.countersign.proxy.postgres.sql.ClassifiedStatement;
import dev.countersign.proxy.postgres.sql.Kind;
import dev.countersign.proxy.postgres.wire.Target;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The statements and portals that a client has named in the extended protocol.
 *
 * <p>{@code expected} is how names will be if everything under way succeeds: later messages of the
 * same pipeline are read by it. {@code confirmed} is what the upstream has said. After an error the
 * upstream skips to the next Sync, and what was expected becomes what is confirmed plus what is
 * still under way behind that Sync (PG-P21, PG-P22). Confined to the session's event loop.
 */
final class ProtocolNames {

  /**
   * What a statement or portal is called.
   *
   * @param client by the client
   * @param upstream by the upstream
   */
  record Name(String client, String upstream) {}

  private static final String UNNAMED = "";

  private final int limit;
  private final Map<String, PreparedStatement> confirmedStatements = new HashMap<>();
  private final Map<String, Portal> confirmedPortals = new HashMap<>();
  private Map<String, PreparedStatement> statements = new HashMap<>();
  private Map<String, Portal> portals = new HashMap<>();
  private final Set<String> changedStatements = new HashSet<>();
  private final Set<String> changedPortals = new HashSet<>();
  private final Set<String> droppedStatements = new HashSet<>();
  private final Set<String> droppedPortals = new HashSet<>();
  private final Map<String, Integer> levels = new HashMap<>();
  private final Savepoints savepoints = new Savepoints();
  private long counter;
  private boolean skipping;

  /**
   * @param limit how many names the client may hold
   */
  ProtocolNames(int limit) {
    this.limit = limit;
  }

  @Nullable PreparedStatement statement(String name) {
    return statements.get(name);
  }

  @Nullable Portal portal(String name) {
    return portals.get(name);
  }

  /** What a statement of the extended protocol runs, by the name the upstream has for it. */
  Optional<ClassifiedStatement> prepared(String upstreamName) {
    return statements.values().stream()
        .filter(statement -> statement.upstreamName.equals(upstreamName))
        .findFirst()
        .flatMap(statement -> statement.classified);
  }

  /** Whose rows a portal of the extended protocol gives, by the name the upstream has for it. */
  Optional<ClassifiedStatement> rows(String upstreamName) {
    return portals.values().stream()
        .filter(portal -> portal.upstreamName.equals(upstreamName))
        .findFirst()
        .flatMap(portal -> portal.source);
  }

  /** The client's name for what the upstream has under another, as far as it has told. */
  Optional<String> clientName(String upstreamName) {
    return Stream.concat(
            confirmedStatements.values().stream().map(PreparedStatement::names),
            confirmedPortals.values().stream().map(Portal::names))
        .filter(name -> name.upstream().equals(upstreamName))
        .findFirst()
        .map(Name::client);
  }

  /**
   * A name for the upstream that no statement or portal of the session ever had. The unnamed ones
   * stay unnamed: the upstream replaces them as the client means.
   */
  String privateName(String name) {
    return name.equals(UNNAMED) ? UNNAMED : SessionNames.RESERVED_PREFIX + ++counter;
  }

  boolean isFull() {
    return statements.size() + portals.size() >= limit;
  }

  /**
   * Whether it hangs on a pipeline before the present one what a name means: if that one fails, the
   * upstream skips the change, and the name means what it meant before, or what was made in between
   * (PG-P22). Within a pipeline there is no doubt: where the change is skipped, so is what comes
   * after it.
   */
  boolean isInDoubt(Target target, String name) {
    return switch (target) {
      case STATEMENT ->
          !changedStatements.contains(name)
              && (!Objects.equals(statements.get(name), confirmedStatements.get(name))
                  || (statements.get(name) == null && droppedStatements.contains(name)));
      case PORTAL ->
          !changedPortals.contains(name)
              && (!Objects.equals(portals.get(name), confirmedPortals.get(name))
                  || (portals.get(name) == null && droppedPortals.contains(name)));
    };
  }

  void expect(PreparedStatement statement) {
    changed(changedStatements, statement.name);
    statements.put(statement.name, statement);
  }

  void expect(Portal portal) {
    changed(changedPortals, portal.name);
    portals.put(portal.name, portal);
  }

  void expectClosed(Target target, String name) {
    switch (target) {
      case STATEMENT -> {
        changed(changedStatements, name);
        statements.remove(name);
        dropped(droppedStatements, name);
      }
      case PORTAL -> {
        changed(changedPortals, name);
        portals.remove(name);
        dropped(droppedPortals, name);
      }
    }
  }

  /** What is forgotten is in doubt, which costs time and nothing else. */
  private void changed(Set<String> names, String name) {
    if (names.size() >= limit) {
      names.clear();
    }
    names.add(name);
  }

  /** Of those that are forgotten the client is not told that they are still there. */
  private void dropped(Set<String> names, String name) {
    if (names.size() < limit) {
      names.add(name);
    }
  }

  /** The upstream has answered everything. */
  void settled() {
    droppedStatements.clear();
    droppedPortals.clear();
  }

  void parsed(PreparedStatement statement) {
    confirmedStatements.put(statement.name, statement);
  }

  /** What was unnamed is dropped before its successor is read. */
  void parseFailed(String name) {
    if (name.equals(UNNAMED)) {
      confirmedStatements.remove(UNNAMED);
    }
  }

  /**
   * A simple query is over. It drops the unnamed statement before it reads its text.
   *
   * @param ran whether a statement of it has completed: it has taken the place of the unnamed
   *     portal. Of one that failed only the upstream knows how far it came.
   */
  void queried(boolean ran, Iterable<Reply> owed) {
    confirmedStatements.remove(UNNAMED);
    if (ran) {
      confirmedPortals.remove(UNNAMED);
    }
    foresee(owed);
  }

  void bound(Portal portal) {
    confirmedPortals.put(portal.name, portal);
    levels.put(portal.name, savepoints.level());
  }

  void closed(Target target, String name) {
    switch (target) {
      case STATEMENT -> confirmedStatements.remove(name);
      case PORTAL -> {
        confirmedPortals.remove(name);
        levels.remove(name);
      }
    }
  }

  /**
   * The upstream failed and skips to the next Sync.
   *
   * @param owed what it still owes, from that Sync on; empty if the client has not sent it yet
   */
  void failed(Iterable<Reply> owed) {
    skipping |= !owed.iterator().hasNext();
    foresee(owed);
  }

  /** Everything of the client up to the next Sync is skipped, by the upstream and so by us. */
  boolean isSkipping() {
    return skipping;
  }

  void skip() {
    skipping = true;
  }

  void synced() {
    skipping = false;
    changedStatements.clear();
    changedPortals.clear();
  }

  /** Portals end with their transaction. */
  void transactionEnded(Iterable<Reply> owed) {
    transactionEnded();
    foreseeAgain(owed);
  }

  private void transactionEnded() {
    confirmedPortals.clear();
    levels.clear();
    savepoints.clear();
  }

  private void foresee(Iterable<Reply> owed) {
    statements = new HashMap<>(confirmedStatements);
    foreseeAgain(owed);
  }

  /**
   * Of a session that has prepared many statements, not with each transaction all of them: what is
   * owed leaves the same statements however often it is gone through.
   */
  private void foreseeAgain(Iterable<Reply> owed) {
    portals = new HashMap<>(confirmedPortals);
    for (Reply reply : owed) {
      switch (reply) {
        case Reply.OfParse(PreparedStatement statement) ->
            statements.put(statement.name, statement);
        case Reply.OfBind(Portal portal) -> portals.put(portal.name, portal);
        case Reply.OfClose(Target target, String name) -> {
          switch (target) {
            case STATEMENT -> statements.remove(name);
            case PORTAL -> portals.remove(name);
          }
        }
        case Reply.OfQuery _,
            Reply.OfRefusedQuery _,
            Reply.OfRefused _,
            Reply.OfDescribeStatement _,
            Reply.OfDescribePortal _,
            Reply.OfDescribeCursor _,
            Reply.OfExecute _,
            Reply.OfSync _ -> {}
      }
    }
  }

  /**
   * A statement has completed: it may have dropped names.
   *
   * @param kind of the statement as it was sent
   * @param owed what the upstream still owes
   */
  void completed(Kind kind, Iterable<Reply> owed) {
    switch (kind) {
      case Kind.Deallocate(Optional<String> name) ->
          name.ifPresentOrElse(
              sent ->
                  confirmedStatements
                      .values()
                      .removeIf(statement -> statement.upstreamName.equals(sent)),
              this::deallocated);
      case Kind.CloseCursor(Optional<String> cursor) ->
          cursor.ifPresentOrElse(
              sent ->
                  confirmedPortals.values().removeIf(portal -> portal.upstreamName.equals(sent)),
              confirmedPortals::clear);
      case Kind.Discard(boolean all) -> {
        if (all) {
          deallocated();
          confirmedPortals.clear();
        }
      }
      case Kind.Transaction transaction -> completed(transaction);
      case Kind.Plain _,
          Kind.Prepare _,
          Kind.Execute _,
          Kind.DeclareCursor _,
          Kind.Fetch _,
          Kind.CloseCursor _,
          Kind.SetParameter _,
          Kind.Copy _,
          Kind.Explain _ -> {
        return;
      }
    }
    foresee(owed);
  }

  /** All that have a name. */
  private void deallocated() {
    confirmedStatements.keySet().removeIf(name -> !name.equals(UNNAMED));
  }

  private void completed(Kind.Transaction transaction) {
    switch (transaction.step()) {
      case END -> transactionEnded();
      case SAVEPOINT -> savepoints.set(transaction.savepoint());
      case RELEASE -> {
        int level = savepoints.released(transaction.savepoint());
        levels.replaceAll((portal, own) -> Math.min(own, level));
      }
      case ROLLBACK_TO -> {
        int gone = savepoints.rolledBackTo(transaction.savepoint());
        confirmedPortals.keySet().removeIf(portal -> levels.getOrDefault(portal, 0) >= gone);
      }
      case BEGIN, TWO_PHASE -> {}
    }
  }
}

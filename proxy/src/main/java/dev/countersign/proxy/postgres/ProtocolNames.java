package dev.countersign.proxy.postgres;

import dev.countersign.proxy.postgres.sql.Kind;
import dev.countersign.proxy.postgres.wire.Target;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
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

  private final int limit;
  private final Map<String, PreparedStatement> confirmedStatements = new HashMap<>();
  private final Map<String, Portal> confirmedPortals = new HashMap<>();
  private Map<String, PreparedStatement> statements = new HashMap<>();
  private Map<String, Portal> portals = new HashMap<>();
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

  /**
   * A name for the upstream that no statement or portal of the session ever had. The unnamed ones
   * stay unnamed: the upstream replaces them as the client means.
   */
  String privateName(String name) {
    return name.isEmpty() ? "" : SessionNames.RESERVED_PREFIX + ++counter;
  }

  boolean isFull() {
    return statements.size() + portals.size() >= limit;
  }

  void expect(PreparedStatement statement) {
    statements.put(statement.name, statement);
  }

  void expect(Portal portal) {
    portals.put(portal.name, portal);
  }

  void expectClosed(Target target, String name) {
    switch (target) {
      case STATEMENT -> statements.remove(name);
      case PORTAL -> portals.remove(name);
    }
  }

  void parsed(PreparedStatement statement) {
    confirmedStatements.put(statement.name, statement);
  }

  void bound(Portal portal) {
    confirmedPortals.put(portal.name, portal);
  }

  void closed(Target target, String name) {
    switch (target) {
      case STATEMENT -> confirmedStatements.remove(name);
      case PORTAL -> confirmedPortals.remove(name);
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
  }

  /** Portals end with their transaction. */
  void transactionEnded(Iterable<Reply> owed) {
    confirmedPortals.clear();
    foresee(owed);
  }

  private void foresee(Iterable<Reply> owed) {
    statements = new HashMap<>(confirmedStatements);
    portals = new HashMap<>(confirmedPortals);
    for (Reply reply : owed) {
      switch (reply) {
        case Reply.OfParse(PreparedStatement statement) -> expect(statement);
        case Reply.OfBind(Portal portal) -> expect(portal);
        case Reply.OfClose(Target target, String name) -> expectClosed(target, name);
        case Reply.OfQuery _,
            Reply.OfRefusedQuery _,
            Reply.OfRefused _,
            Reply.OfDescribeStatement _,
            Reply.OfDescribePortal _,
            Reply.OfExecute _,
            Reply.OfSync _ -> {}
      }
    }
  }

  /** A statement has completed; two of them drop the extended protocol's statements, too. */
  void completed(Kind kind) {
    boolean dropsAll =
        switch (kind) {
          case Kind.Deallocate(Optional<String> name) -> name.isEmpty();
          case Kind.Discard(boolean all) -> all;
          case Kind.Plain _,
              Kind.Prepare _,
              Kind.Execute _,
              Kind.DeclareCursor _,
              Kind.Fetch _,
              Kind.CloseCursor _,
              Kind.SetParameter _,
              Kind.Transaction _,
              Kind.Copy _,
              Kind.Explain _ ->
              false;
        };
    if (dropsAll) {
      confirmedStatements.clear();
      statements.clear();
    }
  }
}
